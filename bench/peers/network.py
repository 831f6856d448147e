"""The U-Net of a case, with weights that our side has exported."""
import torch

from protocol import load
from song_unet import EDMPrecond, SongUNet


def network(config):
    model = EDMPrecond(
        SongUNet(config['resolution'], config['channels'], config['width'], [1, 2, 2]))
    return model.to(memory_format=torch.channels_last)


def load_weights(model, folder, name):
    """Copies exported weights into the parameters, which stay the same tensors."""
    arrays = load(folder, name)
    parameters = dict(model.named_parameters())
    assert arrays.keys() == parameters.keys(), 'the exported names are not the network\'s'
    with torch.no_grad():
        for key, value in arrays.items():
            parameters[key].copy_(value)
