"""Reads a pickle as plain data: nothing of it is imported or run.

A pickle is a program. This reader gives it a short list of names, each standing for a harmless
function or record of our own; every other name is refused. Tensors stay what the pickle holds of
them (`Tensor`, `Storage`), objects of NVIDIA's `torch_utils.persistence` become records of their
class name and state, and the source code that they carry is thrown away. Needs no other package.
"""
import pickle
import struct
from typing import Any, NamedTuple


class Refused(Exception):
    """The pickle asks for something that is not read; the message is one line."""


class Storage(NamedTuple):
    """What `torch.save` wrote of a storage, as it is."""
    data: bytes


class Tensor(NamedTuple):
    storage: Storage
    offset: int
    size: tuple
    stride: tuple


class Persistent(NamedTuple):
    """An object of a class that carries its source code: its name and its attributes."""
    class_name: str
    state: dict


class Function(tuple):
    """A function that a pickle may call. A tuple, because a pickle can set attributes of others."""
    __slots__ = ()

    def __call__(self, *args):
        return self[0](*args)


class Record:
    """An object as its arguments and its state. `__setstate__` also keeps classes unchanged: called
    on a class, it lacks an argument."""
    __slots__ = ('args', 'state')

    def __init__(self, *args):
        self.args, self.state = args, None

    def __setstate__(self, state):
        self.state = state


class Module(Record):
    """A container of torch.nn."""
    __slots__ = ()

    def __new__(cls):
        return Record.__new__(cls)


class NumpyType(Record):
    __slots__ = ()


class Other(Record):
    """Something that EDM's pickles may hold and that no network needs."""
    __slots__ = ()


class EasyDict(dict):
    __slots__ = ()

    def __setstate__(self, state):
        raise Refused('refused: a state of dnnlib.util.EasyDict')


def _persistent(meta):
    if not isinstance(meta, dict) or meta.get('type') != 'class':
        raise Refused('refused: a persistent object that is no class instance')
    class_name, state = meta.get('class_name'), meta.get('state')
    if not isinstance(class_name, str) or not isinstance(state, dict):
        raise Refused('refused: a persistent object without a class name and a state')
    return Persistent(class_name, state)


def _tensor(storage, offset, size, stride, *_):
    if not isinstance(storage, Storage):
        raise Refused('refused: a tensor that is not in a storage of its own')
    return Tensor(storage, offset, tuple(size), tuple(stride))


def _storage(data):
    if not isinstance(data, bytes):
        raise Refused('refused: a storage that is not made of bytes')
    return Storage(data)


_SCALARS = {'f8': 'd', 'f4': 'f', 'f2': 'e', 'i8': 'q', 'i4': 'i', 'i2': 'h', 'i1': 'b',
            'u8': 'Q', 'u4': 'I', 'u2': 'H', 'u1': 'B', 'b1': '?'}


def _numpy_scalar(kind, data):
    code = kind.args[0] if isinstance(kind, NumpyType) and kind.args else None
    if code not in _SCALARS:
        raise Refused(f'refused: a numpy scalar of type {_text(code)}')
    order = kind.state[1] if isinstance(kind.state, tuple) and len(kind.state) > 1 else '<'
    return struct.unpack(('>' if order == '>' else '<') + _SCALARS[code], data)[0]


def _encode(text, encoding):
    """Protocols before 3 write bytes as text."""
    if encoding != 'latin1':
        raise Refused(f'refused: _codecs.encode to {_text(encoding)}')
    return str.encode(text, 'latin1')


def _function(of):
    return Function((of,))


_TORCH_TYPES = ['float64', 'float32', 'float16', 'bfloat16', 'int64', 'int32', 'uint8', 'bool']
ALLOWED: dict[str, Any] = {
    'collections.OrderedDict': _function(lambda items=(): dict(items)),
    'builtins.set': _function(lambda items=(): set(items)),
    '__builtin__.set': _function(lambda items=(): set(items)),
    '_codecs.encode': _function(_encode),
    'torch_utils.persistence._reconstruct_persistent_obj': _function(_persistent),
    'dnnlib.util.EasyDict': EasyDict,
    'torch._utils._rebuild_tensor': _function(_tensor),
    'torch._utils._rebuild_tensor_v2': _function(_tensor),
    'torch._utils._rebuild_parameter': _function(lambda tensor, *_: tensor),
    'torch.storage._load_from_bytes': _function(_storage),
    'torch.nn.modules.container.ModuleDict': Module,
    'torch.nn.modules.container.ModuleList': Module,
    'torch.nn.modules.container.Sequential': Module,
    'torch.Size': _function(lambda sizes=(): tuple(sizes)),
    'torch.device': Other,
    'numpy.dtype': NumpyType,
    'numpy.ndarray': Other,
    **{f'torch.{name}': f'torch.{name}' for name in _TORCH_TYPES},
    **{f'numpy.{core}.multiarray.scalar': _function(_numpy_scalar) for core in ('core', '_core')},
    **{f'numpy.{core}.multiarray._reconstruct': _function(lambda *_: Other())
       for core in ('core', '_core')},
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        found = ALLOWED.get(f'{module}.{name}')
        if found is None:
            raise Refused(f'refused: {_text(f"{module}.{name}")}')
        return found

    def persistent_load(self, pid):
        raise Refused('refused: a reference to something outside the pickle')


def load(file):
    """The plain data of a pickle; `Refused` says what is not read, or that it is damaged."""
    try:
        return _Unpickler(file).load()
    except (Refused, MemoryError):
        raise
    except Exception as error:  # a damaged or hostile pickle can fail in any way
        raise Refused(f'not a readable pickle: {type(error).__name__}: {_text(error)}') from error


def _text(value):
    """One short line."""
    text = ' '.join(str(value).split())[:200]
    return text if text.isprintable() else ascii(text)
