"""The peer's end of the benchmark's line protocol (bench/worker.ts has the other one).

The driver passes the configuration as JSON in argv[1] and writes one command a line to stdin,
`name` or `name {"an": "argument"}`. Every answer is one line of JSON on stdout after `bench `;
whatever libraries print besides is passed over.
"""
import json
import math
import os
import resource
import sys
import time

import numpy as np
import torch

TYPES = {'F32': np.float32, 'F64': np.float64, 'I32': np.int32, 'U8': np.uint8}


def say(answer):
    sys.stdout.write('bench ' + json.dumps(answer) + '\n')
    sys.stdout.flush()


def serve(prepare):
    """`prepare(config)` returns the commands: functions of a dict that return a dict."""
    config = json.loads(sys.argv[1])
    torch.set_num_threads(config['threads'])
    torch.manual_seed(0)
    commands = prepare(config)
    say({'versions': {'torch': torch.__version__, 'python': sys.version.split()[0]},
         'threads': torch.get_num_threads()})
    for line in sys.stdin:
        name, _, argument = line.strip().partition(' ')
        if name == 'end':
            break
        say(commands[name](json.loads(argument or '{}')))
    unit = 1 if sys.platform == 'darwin' else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    say({'rss': peak / 2 ** 20})


def timed(body, inner=1):
    """Milliseconds of one call of `body`, the mean of `inner` in a row."""
    start = time.perf_counter()
    for _ in range(inner):
        body()
    return {'ms': (time.perf_counter() - start) * 1000 / inner}


def load(folder, name):
    """The arrays of a safetensors file as tensors."""
    with open(os.path.join(folder, name + '.safetensors'), 'rb') as file:
        data = file.read()
    length = int.from_bytes(data[:8], 'little')
    header = json.loads(data[8:8 + length])
    return {key: tensor_of(entry, data, 8 + length)
            for key, entry in header.items() if key != '__metadata__'}


def tensor_of(entry, data, base):
    shape = entry['shape']
    array = np.frombuffer(data, TYPES[entry['dtype']], math.prod(shape),
                          base + entry['data_offsets'][0])
    return torch.from_numpy(array.reshape(shape).copy())


def save(folder, name, tensors):
    """Writes tensors as a safetensors file."""
    names = {np.dtype(of): key for key, of in TYPES.items()}
    arrays = {key: np.ascontiguousarray(tensor.numpy()) for key, tensor in tensors.items()}
    header, at = {}, 0
    for key, array in arrays.items():
        header[key] = {'dtype': names[array.dtype], 'shape': list(array.shape),
                       'data_offsets': [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    with open(os.path.join(folder, name + '.safetensors'), 'wb') as file:
        file.write(len(text).to_bytes(8, 'little') + text)
        for array in arrays.values():
            file.write(array.tobytes())


def images_of(pixels):
    """Rows of NHWC pixels as an NCHW tensor in channels_last, without a copy."""
    return pixels.permute(0, 3, 1, 2)
