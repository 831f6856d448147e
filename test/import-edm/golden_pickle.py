"""Writes the network of a golden fixture as EDM would pickle it, without EDM's code.

    python golden_pickle.py FIXTURE.json FIXTURE.safetensors OUT.pkl
"""
import json
import pickle
import sys

import torch
from safetensors.torch import load_file

from test_restricted_pickle import persistent

with open(sys.argv[1], encoding='utf-8') as file:
    record = json.load(file)
tensors = {name: value for name, value in load_file(sys.argv[2]).items()
           if not name.startswith(('io.', 'ref64.'))}


def module(class_name, names, prefix='', **state):
    """The module of all tensors below `prefix`; dots separate modules, slashes do not occur."""
    own, inside = {}, {}
    for name in names:
        head, _, rest = name[len(prefix):].partition('.')
        if rest:
            inside.setdefault(head, []).append(name)
        else:
            own[head] = tensors[name]
    trained = set(record['parameter_order'])
    return persistent(
        class_name,
        _parameters={name: torch.nn.Parameter(value) for name, value in own.items()
                     if prefix + name in trained},
        _buffers={name: value for name, value in own.items() if prefix + name not in trained},
        _modules={head: module(record['options']['model_type'] if head == 'model' else 'Block',
                               below, f'{prefix}{head}.') for head, below in inside.items()},
        **state)


options = {name: float('inf') if value == 'Infinity' else value
           for name, value in record['options'].items()}
net = module(record['precond'], list(tensors), _init_args=(), _init_kwargs=options)
with open(sys.argv[3], 'wb') as file:
    pickle.dump({'ema': net, 'dataset_kwargs': {'path': 'x.zip'}}, file)
