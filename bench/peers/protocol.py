"""The peer's end of the benchmark's line protocol (bench/worker.ts has the other one).

The driver passes the configuration as JSON in argv[1] and writes one command a line to stdin,
`name` or `name {"an": "argument"}`. Every answer is one line of JSON on stdout after `bench `;
whatever libraries print besides is passed over.
"""
import json
import os
import resource
import sys
import time

import torch
from safetensors.torch import load_file, save_file


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
    return load_file(os.path.join(folder, name + '.safetensors'))


def save(folder, name, tensors):
    """Writes tensors as a safetensors file."""
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()},
              os.path.join(folder, name + '.safetensors'))


def images_of(pixels):
    """Rows of NHWC pixels as an NCHW tensor in channels_last, without a copy."""
    return pixels.permute(0, 3, 1, 2)
