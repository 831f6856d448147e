"""From the plain data of an EDM pickle to its network's constructor call and state dict."""
from typing import Any, NamedTuple

from restricted_pickle import Module, Persistent, Refused, Tensor

# Arguments of the constructors, in their order: a pickle may have recorded them without names.
_IMAGES = ['img_resolution', 'img_channels', 'label_dim', 'use_fp16']
ARGUMENTS = {
    'EDMPrecond': [*_IMAGES, 'sigma_min', 'sigma_max', 'sigma_data', 'model_type'],
    'VPPrecond': [*_IMAGES, 'beta_d', 'beta_min', 'M', 'epsilon_t', 'model_type'],
    'VEPrecond': [*_IMAGES, 'sigma_min', 'sigma_max', 'model_type'],
    'iDDPMPrecond': [*_IMAGES, 'C_1', 'C_2', 'M', 'model_type'],
}
# What the inner network is told by the outer one.
_HANDED_DOWN = {'img_resolution', 'in_channels', 'out_channels', 'label_dim'}
# No network of EDM comes near; a pickle of a few bytes can describe a tree without end.
_MOST_TENSORS = 100_000
_DEEPEST = 32


class Network(NamedTuple):
    precond: str
    options: dict
    # By name, in the order of PyTorch's state dict.
    tensors: dict


def network_of(data: Any, key: str) -> Network:
    """`data`: what `restricted_pickle.load` gave; `key`: the entry that holds the network."""
    net = _entry(data, key)
    if net.class_name not in ARGUMENTS:
        raise Refused(f'{key} is a {net.class_name}, expected one of {", ".join(ARGUMENTS)}')
    model = net.state.get('_modules', {}).get('model')
    if not isinstance(model, Persistent):
        raise Refused(f'{key} holds no network under the name model')
    tensors: dict = {}
    _collect(net, '', tensors, set(), 0)
    return Network(net.class_name, _options(net, model), tensors)


def _entry(data, key) -> Persistent:
    if isinstance(data, Persistent):
        return data
    if not isinstance(data, dict):
        raise Refused('expected a dictionary with networks in it')
    networks = [name for name, value in data.items() if isinstance(value, Persistent)]
    if key not in data:
        raise Refused(f'there is no entry {key}; objects are under {", ".join(map(str, networks))}')
    if key not in networks:
        raise Refused(f'the entry {key} is no network; objects are under '
                      f'{", ".join(map(str, networks))}')
    return data[key]


def _options(net: Persistent, model: Persistent) -> dict:
    """The call as it was recorded, completed from attributes: defaults of the time may have been
    others than today's."""
    names = ARGUMENTS[net.class_name]
    inner = {name: value for name, value in _kwargs(model).items() if name not in _HANDED_DOWN}
    attributes = {name: net.state[name] for name in names if name in net.state}
    # An iDDPM or VP network computes its range of sigma; only arguments are options.
    recorded = {**dict(zip(names, net.state.get('_init_args') or ())), **_kwargs(net)}
    options = {**inner, **attributes, **recorded, 'model_type': model.class_name}
    return {str(name): _plain(str(name), value) for name, value in options.items()}


def _kwargs(record: Persistent) -> dict:
    kwargs = record.state.get('_init_kwargs')
    return kwargs if isinstance(kwargs, dict) else {}


def _plain(name, value, depth=0):
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if value == float('inf'):
            return 'Infinity'
        if value == value and value != float('-inf'):
            return value
    if isinstance(value, (list, tuple)) and depth < 4:
        return [_plain(name, item, depth + 1) for item in value]
    raise Refused(f'the option {name} is {type(value).__name__}, expected numbers and text')


def _collect(record, prefix, tensors, seen, depth):
    """Adds the tensors of a module and of those inside it, as PyTorch names them."""
    if not isinstance(record, (Persistent, Module)) or not isinstance(record.state, dict):
        raise Refused(f'the module {prefix or "at the top"} is no module')
    if id(record) in seen or depth > _DEEPEST:
        raise Refused(f'the module {prefix} is used twice or lies too deep')
    seen.add(id(record))
    state = record.state
    hidden = state.get('_non_persistent_buffers_set', ())
    for kind in ('_parameters', '_buffers'):
        for name, value in _dict(state, kind, prefix).items():
            if value is None or kind == '_buffers' and name in hidden:
                continue
            if not isinstance(value, Tensor):
                raise Refused(f'{prefix}{name} is no tensor')
            tensors[f'{prefix}{name}'] = value
            if len(tensors) > _MOST_TENSORS:
                raise Refused(f'more than {_MOST_TENSORS} tensors')
    for name, value in _dict(state, '_modules', prefix).items():
        if value is not None:
            _collect(value, f'{prefix}{name}.', tensors, seen, depth + 1)


def _dict(state, kind, prefix) -> dict:
    value = state.get(kind, {})
    if not isinstance(value, dict):
        raise Refused(f'{prefix}{kind} is no dictionary')
    return value
