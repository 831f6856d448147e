"""The part of the import that needs PyTorch: tensors from storages, and whole files."""
import io
import os
import pickle
import sys
import tempfile
import unittest

import torch

TOOL = os.path.join(os.path.dirname(__file__), '..', '..', 'tools', 'import-edm')
sys.path.insert(0, TOOL)
sys.dont_write_bytecode = True

import main  # noqa: E402
from restricted_pickle import Refused, Storage, Tensor, load  # noqa: E402


def legacy(value):
    """As storages are written inside of a plain pickle."""
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


def pickled(tensor):
    return load(io.BytesIO(pickle.dumps(tensor)))


def tensor_of(record):
    return main.tensor_of(torch, 'w', record)


class Tensors(unittest.TestCase):
    def test_tensors_of_every_layout_come_back(self):
        whole = torch.randn(4, 6)
        for tensor in (whole, whole.t(), whole[1:3, ::2], torch.tensor(2.5), torch.empty(0, 3),
                       whole.half(), whole.bfloat16(), whole.double(), torch.arange(5),
                       torch.nn.Parameter(whole)):
            back = tensor_of(pickled(tensor))
            self.assertEqual(back.dtype, tensor.dtype)
            self.assertTrue(back.is_contiguous() and torch.equal(back, tensor))

    def refused(self, record, message):
        with self.assertRaisesRegex(Refused, message) as caught:
            tensor_of(record)
        self.assertNotIn('\n', str(caught.exception))

    def test_shapes_beyond_the_storage_are_refused(self):
        data = legacy(torch.ones(6)._typed_storage())
        for offset, size, stride, message in (
                (1, (2, 3), (3, 1), 'beyond its storage'), (0, (7,), (1,), 'beyond its storage'),
                (0, (2 ** 40, 2 ** 40), (0, 0), 'beyond its storage'),
                (0, (7,), (0,), 'beyond its storage'), (-1, (2,), (1,), 'damaged'),
                (0, (2,), (1, 1), 'damaged'), (0, ('2',), (1,), 'damaged')):
            self.refused(Tensor(Storage(data), offset, size, stride), message)

    def test_a_storage_that_is_a_pickle_of_its_own_runs_nothing(self):
        class Evil:
            def __reduce__(self):
                return os.system, ('exit 1',)
        self.refused(Tensor(Storage(legacy(Evil())), 0, (1,), (1,)),
                     r'^w: its storage cannot be read: refused: posix\.system')

    def test_a_storage_of_an_unknown_form_is_refused(self):
        file = io.BytesIO()
        torch.save(torch.ones(6), file)  # a zip
        for data in (file.getvalue(), b'', b'x' * 100, pickle.dumps(5)):
            self.refused(Tensor(Storage(data), 0, (1,), (1,)), 'its storage has an unknown form')
        self.refused(Tensor(Storage(legacy({'a': 1})), 0, (1,), (1,)), 'cannot be read')
        self.refused(Tensor(Storage(legacy(torch.ones(6)._typed_storage())[:-4]), 0, (1,), (1,)),
                     'cannot be read')

    def test_a_storage_that_claims_2_to_the_50_values_gets_no_memory(self):
        data = legacy(torch.ones(3)._typed_storage())
        at = data.index(b'K\x03')  # BININT1 3, the number of values
        large = data[:at] + b'\x8a\x07' + (2 ** 50).to_bytes(7, 'little') + data[at + 2:]
        with self.assertRaises((Refused, MemoryError)):
            tensor_of(Tensor(Storage(large), 0, (1,), (1,)))


class Files(unittest.TestCase):
    def test_a_file_whose_tensors_share_their_bytes_may_not_grow(self):
        from test_restricted_pickle import Calls, persistent, stand_in
        storage = Calls(stand_in('torch.storage._load_from_bytes'),
                        legacy(torch.ones(1000)._typed_storage()))
        view = Calls(stand_in('torch._utils._rebuild_tensor_v2'),
                     storage, 0, (1000,), (1,), False, {})
        model = persistent('SongUNet', _parameters={str(i): view for i in range(9)})
        net = persistent('EDMPrecond', _modules={'model': model})
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'net.pkl')
            with open(path, 'wb') as file:
                pickle.dump({'ema': net}, file)
            with self.assertRaisesRegex(Refused, 'more bytes than the file has'):
                main.main(path, folder, 'ema')
            self.assertEqual(os.listdir(folder), ['net.pkl'])


if __name__ == '__main__':
    unittest.main()
