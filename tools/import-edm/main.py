"""An EDM pickle -> model.safetensors in a folder, and its constructor call as JSON on stdout.

    python main.py MODEL.pkl FOLDER KEY

Ends with status 2 and one line on stderr when the pickle is refused. src/models/import-edm.ts runs
it and checks the result.
"""
import io
import json
import os
import re
import sys
import warnings

from edm_network import network_of
from restricted_pickle import Refused, load

# How the storages inside a pickle begin (torch.save in its form before 1.6): a magic number. The
# later form is a zip, which could unpack to any size.
_STORAGE_START = b'\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.'
# Room beside the file's own content: PyTorch's libraries, buffers.
_SPARE_BYTES = 512 * 2 ** 20


def main(path, folder, key):
    size = os.path.getsize(path)
    limit_memory(3 * size + _SPARE_BYTES)
    with open(path, 'rb') as file:
        network = network_of(load(file), key)
    limit_memory(None)
    import torch
    warnings.filterwarnings('ignore', 'TypedStorage is deprecated')  # pickles have nothing else
    from safetensors.torch import save_file
    limit_memory(3 * size + _SPARE_BYTES)
    tensors = {}
    left = size
    while network.tensors:
        name, record = next(iter(network.tensors.items()))
        del network.tensors[name]
        tensors[name] = tensor_of(torch, name, record)
        left -= tensors[name].nbytes
        if left < 0:
            raise Refused('its tensors need more bytes than the file has')
    if not tensors:
        raise Refused('there are no tensors in it')
    save_file(tensors, os.path.join(folder, 'model.safetensors'), {'format': 'pt'})
    print(json.dumps({'precond': network.precond, 'options': network.options}))


def tensor_of(torch, name, record):
    if not record.storage.data.startswith(_STORAGE_START):
        raise Refused(f'{name}: its storage has an unknown form')
    try:
        storage = torch.load(io.BytesIO(record.storage.data), map_location='cpu', weights_only=True)
        view = torch.empty(0, dtype=storage.dtype)
        count = storage.untyped().nbytes() // view.element_size()
        shape, stride = record.size, record.stride
        sizes = [record.offset, *shape, *stride]
        if len(shape) != len(stride) or any(type(n) is not int or n < 0 for n in sizes):
            raise Refused(f'{name}: its shape is damaged')
        numel = 1
        for n in shape:
            numel *= n
        last = record.offset + sum((n - 1) * step for n, step in zip(shape, stride))
        if numel > count or numel > 0 and last >= count:
            raise Refused(f'{name}: it reaches beyond its storage')
        view.set_(storage.untyped(), record.offset, shape, stride)
        return view.clone(memory_format=torch.contiguous_format)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # torch.load can fail in any way, and says much
        refused = re.search(r'GLOBAL (\S+)', str(error))
        what = f'refused: {refused[1]}' if refused else str(error).split('\n')[0][:200]
        raise Refused(f'{name}: its storage cannot be read: {what}') from error


def limit_memory(more):
    """Lets this process take `more` bytes than it has now (None: any number), where the system can:
    a short pickle can ask for any amount of memory."""
    try:
        import resource
        with open('/proc/self/status', encoding='ascii') as status:
            now = int(re.search(r'VmData:\s+(\d+) kB', status.read())[1]) * 1024
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = hard if more is None else now + more
        if hard != resource.RLIM_INFINITY:
            wanted = min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    except (ImportError, OSError, TypeError, ValueError):
        pass  # macOS and others: the checks of sizes have to do


if __name__ == '__main__':
    try:
        main(*sys.argv[1:4])
    except (Refused, OSError, MemoryError, RecursionError) as error:
        text = str(error) if isinstance(error, (Refused, OSError)) else \
            'refused: it asks for more memory than a file of its size needs'
        print(' '.join(text.split()), file=sys.stderr)
        sys.exit(2)
