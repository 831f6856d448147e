"""What the reader of pickles refuses and what it keeps. Runs with any Python, without packages."""
import collections
import functools
import io
import os
import pickle
import struct
import subprocess
import sys
import tempfile
import types
import unittest

TOOL = os.path.join(os.path.dirname(__file__), '..', '..', 'tools', 'import-edm')
sys.path.insert(0, TOOL)
sys.dont_write_bytecode = True

import edm_network  # noqa: E402
import restricted_pickle  # noqa: E402
from restricted_pickle import ALLOWED, Persistent, Refused, Storage, Tensor  # noqa: E402


class Calls:
    """Pickles as a call of `function` with `args`."""

    def __init__(self, function, *args):
        self.call = (function, args)

    def __reduce__(self):
        return self.call


@functools.cache
def stand_in(path):
    """A function or class that pickles as the name `path`, whatever is installed."""
    module, name = path.rsplit('.', 1)
    parts = module.split('.')
    for i in range(len(parts)):
        sys.modules.setdefault('.'.join(parts[:i + 1]), types.ModuleType('.'.join(parts[:i + 1])))

    def made(*_):
        raise AssertionError(f'{path} was called')
    made.__module__, made.__qualname__, made.__name__ = module, name, name
    setattr(sys.modules[module], name, made)
    return made


RECONSTRUCT = 'torch_utils.persistence._reconstruct_persistent_obj'


def tensor(*shape):
    storage = Calls(stand_in('torch.storage._load_from_bytes'), b'raw')
    return Calls(
        stand_in('torch._utils._rebuild_tensor_v2'), storage, 0, shape, shape, False, {})


def persistent(class_name, source='import os; os.system("touch hacked")', **state):
    meta = {'type': 'class', 'version': 6, 'module_src': source, 'class_name': class_name,
            'state': state}
    return Calls(stand_in(RECONSTRUCT), meta)


def edm_net(precond='EDMPrecond', init_kwargs=None, **attributes):
    block = persistent('Linear', _parameters={'weight': tensor(2, 3), 'bias': None},
                       _buffers=collections.OrderedDict(), _modules={})
    model = persistent('SongUNet', _init_args=(), _init_kwargs={
        'img_resolution': 4, 'in_channels': 1, 'out_channels': 1, 'label_dim': 0,
        'model_channels': 8, 'channel_mult': (1, 2)},
        _parameters={}, _buffers={'filter': tensor(2), 'none': None, 'unsaved': tensor(1)},
        _non_persistent_buffers_set={'unsaved'}, _modules={'block': block})
    return persistent(precond, _init_args=(), _init_kwargs=init_kwargs or {
        'img_resolution': 4, 'img_channels': 1, 'model_type': 'SongUNet'},
        _parameters={}, _buffers={}, _modules={'model': model}, **attributes)


def load(value, protocol=pickle.DEFAULT_PROTOCOL):
    return restricted_pickle.load(io.BytesIO(pickle.dumps(value, protocol)))


class Refusals(unittest.TestCase):
    def refused(self, data, message):
        data = data if isinstance(data, bytes) else pickle.dumps(data)
        with self.assertRaises(Refused) as caught:
            restricted_pickle.load(io.BytesIO(data))
        self.assertRegex(str(caught.exception), message)
        self.assertNotIn('\n', str(caught.exception))

    def test_functions_are_refused_by_name_and_never_called(self):
        self.refused(Calls(os.system, 'exit 1'), r'^refused: posix\.system$')
        self.refused(Calls(eval, '1/0'), r'^refused: builtins\.eval$')
        self.refused(Calls(exec, '1/0'), r'^refused: builtins\.exec$')
        self.refused(Calls(getattr, 1, 'real'), r'^refused: builtins\.getattr$')
        self.refused(Calls(subprocess.Popen, 'true'), r'^refused: subprocess\.Popen$')
        self.refused(Calls(__import__, 'os'), r'^refused: builtins\.__import__$')
        self.refused(b"cos\nsystem\n(S'exit 1'\ntR.", r'^refused: os\.system$')
        self.refused(b"(S'exit 1'\nios\nsystem\n.", r'^refused: os\.system$')

    def test_they_are_found_inside_of_what_is_read(self):
        nested = Calls(os.system, 'exit 1')
        self.refused({'ema': [{'x': (nested,)}]}, r'posix\.system')
        self.refused(persistent('EDMPrecond', _parameters={'w': nested}), r'posix\.system')
        self.refused(Calls(stand_in('torch.storage._load_from_bytes'), nested), r'posix\.system')
        self.refused(Calls(stand_in('torch._utils._rebuild_parameter'), nested, True, {}),
                     r'posix\.system')

    def test_names_beside_the_allowed_ones_are_refused(self):
        for name in ['torch.load', 'torch.storage.UntypedStorage', 'numpy.load',
                     'dnnlib.util.open_url', 'torch.nn.modules.linear.Linear',
                     'torch._utils._rebuild_qtensor', 'torch_utils.persistence._src_to_module',
                     'collections.Counter']:
            module, attribute = name.rsplit('.', 1)
            self.refused(f'c{module}\n{attribute}\n.'.encode(), f'^refused: {name}$')
        # Dots in a name walk through attributes elsewhere.
        self.refused(b'\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.__init__\x93.',
                     r'^refused: collections\.OrderedDict\.__init__$')
        self.refused(b'\x80\x04\x8c\x02a\n\x8c\x05b\x1b[2J\x93.', r'^refused: ')

    def test_references_outside_and_registered_extensions_are_refused(self):
        self.refused(b'\x80\x02X\x03\x00\x00\x00abcQ.', 'something outside the pickle')
        self.refused(b'\x80\x02\x82\x01.', r'^not a readable pickle: ')

    def test_damage_is_one_line(self):
        good = pickle.dumps({'a': [1, 2, 3]})
        for data in (b'', b'no pickle', good[:-1], good[:5], b'\x80\x04\x95\xff\xff\xff.',
                     b'\x80\xff.'):
            self.refused(data, '^not a readable pickle: ')

    def test_what_stands_for_names_cannot_be_changed(self):
        # BUILD sets attributes of whatever lies on the stack: here, of an allowed name.
        for name, found in ALLOWED.items():
            if isinstance(found, str):
                continue
            module, attribute = name.rsplit('.', 1)
            before = repr(vars(found)) if isinstance(found, type) else tuple(found)
            for state in ({'__call__': 1}, (None, {'__setstate__': 1, '__defaults__': (1,)})):
                data = b'c%b\n%b\n' % (module.encode(), attribute.encode()) + \
                    pickle.dumps(state, 2)[2:-1] + b'b.'
                self.refused(data, '^not a readable pickle: ')
            after = repr(vars(found)) if isinstance(found, type) else tuple(found)
            self.assertEqual(before, after)

    def test_short_pickles_get_no_memory(self):
        # A memo of 2^31 places; a text and a bytearray of 2^40 bytes; each in a few bytes.
        bombs = {
            'memo': b'\x80\x02Nr\xff\xff\xff\x7f.',
            'text': b'\x80\x04\x8d' + struct.pack('<Q', 2 ** 40) + b'x.',
            'bytes': b'\x80\x05\x96' + struct.pack('<Q', 2 ** 40) + b'x.',
        }
        with tempfile.TemporaryDirectory() as folder:
            for name, data in bombs.items():
                path = os.path.join(folder, name + '.pkl')
                with open(path, 'wb') as file:
                    file.write(data)
                run = subprocess.run(
                    [sys.executable, '-B', os.path.join(TOOL, 'main.py'), path, folder, 'ema'],
                    capture_output=True, text=True, timeout=60)
                self.assertEqual(run.returncode, 2, name + run.stderr)
                # Python itself may have complained before.
                self.assertRegex(run.stderr.splitlines()[-1],
                                 '^(refused: it asks for more memory|not a readable)')
                self.assertEqual(os.listdir(folder), [os.path.basename(path)])
                os.remove(path)


class Plain(unittest.TestCase):
    def test_containers_and_numbers_come_back(self):
        value = {'a': [1, 2.5, None, True], 'b': ({3}, b'x', 'é'),
                 'c': collections.OrderedDict([('z', 1), ('y', 2)])}
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            self.assertEqual(load(value, protocol), value)
            self.assertEqual(list(load(value, protocol)['c']), ['z', 'y'])

    def test_numpy_scalars_are_numbers(self):
        for core in ('core', '_core'):
            scalar = stand_in(f'numpy.{core}.multiarray.scalar')
            kind = Calls(stand_in('numpy.dtype'), 'f8', False, True)
            self.assertEqual(load(Calls(scalar, kind, struct.pack('<d', 0.1))), 0.1)
            kind = Calls(stand_in('numpy.dtype'), 'O8', False, True)
            with self.assertRaisesRegex(Refused, 'numpy scalar of type O8'):
                load(Calls(scalar, kind, b'12345678'))

    def test_tensors_stay_what_the_pickle_holds(self):
        storage = Storage(b'raw')
        loaded = load(Calls(stand_in('torch._utils._rebuild_parameter'), tensor(2, 3), True, {}))
        self.assertEqual((loaded.storage, loaded.offset, loaded.size), (storage, 0, (2, 3)))
        self.assertIsInstance(loaded, Tensor)

    def test_persistent_objects_are_records_and_their_source_never_runs(self):
        source = 'raise SystemExit("the source ran")'
        self.assertEqual(load(persistent('Net', source, x=1)), Persistent('Net', {'x': 1}))
        for meta in (None, {}, {'type': 'module'}, {'type': 'class', 'class_name': 'A'}):
            with self.assertRaisesRegex(Refused, 'persistent object'):
                load(Calls(stand_in(RECONSTRUCT), meta))


class Networks(unittest.TestCase):
    def test_constructor_call_and_state_dict(self):
        data = load({'ema': edm_net(), 'loss_fn': persistent('EDMLoss')})
        net = edm_network.network_of(data, 'ema')
        self.assertEqual(net.precond, 'EDMPrecond')
        self.assertEqual(net.options, {
            'model_channels': 8, 'channel_mult': [1, 2], 'img_resolution': 4, 'img_channels': 1,
            'model_type': 'SongUNet'})
        self.assertEqual(list(net.tensors), ['model.filter', 'model.block.weight'])

    def test_arguments_without_names_and_attributes_complete_the_call(self):
        net = edm_net('VEPrecond', {'sigma_max': float('inf'), 'model_type': 'SongUNet'},
                      sigma_min=0.01, sigma_max=100, label_dim=3, training=False)
        net.call[1][0]['state']['_init_args'] = (4, 1)
        options = edm_network.network_of(load({'ema': net}), 'ema').options
        self.assertEqual({key: options[key] for key in (
            'img_resolution', 'img_channels', 'sigma_min', 'sigma_max', 'label_dim')}, {
            'img_resolution': 4, 'img_channels': 1, 'sigma_min': 0.01, 'sigma_max': 'Infinity',
            'label_dim': 3})

    def test_what_is_no_network_is_refused(self):
        def of(value, key='ema'):
            return edm_network.network_of(load(value), key)
        loss = persistent('EDMLoss')
        loop = {'_modules': {}}
        cases = [
            ([1], 'ema', 'expected a dictionary'),
            ({'net': edm_net()}, 'ema', 'there is no entry ema; objects are under net'),
            ({'ema': 5, 'net': edm_net()}, 'ema', 'the entry ema is no network'),
            ({'ema': loss}, 'ema', 'ema is a EDMLoss, expected one of EDMPrecond'),
            ({'ema': persistent('EDMPrecond', **loop)}, 'ema', 'no network under the name model'),
            ({'ema': edm_net(init_kwargs={'img_resolution': float('nan')})}, 'ema',
             'the option img_resolution is float'),
            ({'ema': edm_net(init_kwargs={'img_resolution': {1: 2}})}, 'ema',
             'the option img_resolution is dict'),
        ]
        for value, key, message in cases:
            with self.assertRaisesRegex(Refused, message):
                of(value, key)

    def test_trees_without_end_are_refused(self):
        inner = Persistent('Block', {'_modules': {}})
        shared = Persistent('SongUNet', {'_modules': {'a': inner, 'b': inner}})
        inner.state['_modules']['again'] = inner
        for model in (shared, inner):
            with self.assertRaisesRegex(Refused, 'used twice or lies too deep'):
                edm_network.network_of(
                    {'ema': Persistent('EDMPrecond', {'_modules': {'model': model}})}, 'ema')


if __name__ == '__main__':
    unittest.main()
