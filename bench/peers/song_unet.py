"""The U-Net of src/networks/song-unet.ts in PyTorch, as fast as plain PyTorch makes it.

Parameter names and shapes are those of EDM's SongUNet (Karras et al. 2022), so the weights that the
project exports load with `load_state_dict`. NCHW; channels_last is a matter of memory format.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn


def group_norm(channels, eps):
    return nn.GroupNorm(max(1, min(32, channels // 4)), channels, eps=eps)


class Resample(nn.Module):
    """A convolution after a change of resolution with the filter [1, 1]."""

    def __init__(self, c_in, c_out, kernel, resample=None):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(c_out, c_in, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(c_out))
        self.padding, self.resample = kernel // 2, resample
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x):
        if self.resample == 'up':
            x = F.interpolate(x, scale_factor=2, mode='nearest')
        elif self.resample == 'down':
            x = F.avg_pool2d(x, 2)
        return F.conv2d(x, self.weight, self.bias, padding=self.padding)


class UNetBlock(nn.Module):
    def __init__(self, c_in, c_out, embedding, resample=None, attention=False):
        super().__init__()
        self.norm0 = group_norm(c_in, 1e-6)
        self.conv0 = Resample(c_in, c_out, 3, resample)
        self.affine = nn.Linear(embedding, c_out)
        self.norm1 = group_norm(c_out, 1e-6)
        self.conv1 = Resample(c_out, c_out, 3)
        self.skip = Resample(c_in, c_out, 1, resample) if c_in != c_out or resample else None
        self.attention = attention
        if attention:
            self.norm2 = group_norm(c_out, 1e-6)
            self.qkv = Resample(c_out, 3 * c_out, 1)
            self.proj = Resample(c_out, c_out, 1)

    def forward(self, x, emb):
        h = self.conv0(F.silu(self.norm0(x)))
        h = h + self.affine(emb)[:, :, None, None]
        h = self.conv1(F.silu(self.norm1(h)))
        h = (h + (x if self.skip is None else self.skip(x))) * math.sqrt(0.5)
        if not self.attention:
            return h
        n, c, height, width = h.shape
        qkv = self.qkv(self.norm2(h)).reshape(n, c, 3, height * width).permute(2, 0, 3, 1)
        q, k, v = (part.unsqueeze(1) for part in qkv)
        mixed = F.scaled_dot_product_attention(q, k, v).squeeze(1)
        mixed = mixed.transpose(1, 2).reshape(n, c, height, width)
        return (self.proj(mixed) + h) * math.sqrt(0.5)


class SongUNet(nn.Module):
    def __init__(self, resolution, channels, model_channels, channel_mult, num_blocks=1):
        super().__init__()
        embedding = 4 * model_channels
        self.model_channels = model_channels
        self.map_layer0 = nn.Linear(model_channels, embedding)
        self.map_layer1 = nn.Linear(embedding, embedding)
        enc, dec = {}, {}
        enc[f'{resolution}x{resolution}_conv'] = Resample(channels, model_channels, 3)
        width, skips = model_channels, [model_channels]
        for level, mult in enumerate(channel_mult):
            side = resolution >> level
            if level > 0:
                enc[f'{side}x{side}_down'] = UNetBlock(width, width, embedding, 'down')
                skips.append(width)
            for i in range(num_blocks):
                enc[f'{side}x{side}_block{i}'] = UNetBlock(width, mult * model_channels, embedding)
                width = mult * model_channels
                skips.append(width)
        for level, mult in reversed(list(enumerate(channel_mult))):
            side = resolution >> level
            if level == len(channel_mult) - 1:
                dec[f'{side}x{side}_in0'] = UNetBlock(width, width, embedding, attention=True)
                dec[f'{side}x{side}_in1'] = UNetBlock(width, width, embedding)
            else:
                dec[f'{side}x{side}_up'] = UNetBlock(width, width, embedding, 'up')
            for i in range(num_blocks + 1):
                dec[f'{side}x{side}_block{i}'] = UNetBlock(
                    width + skips.pop(), mult * model_channels, embedding)
                width = mult * model_channels
        dec[f'{resolution}x{resolution}_aux_norm'] = group_norm(width, 1e-6)
        dec[f'{resolution}x{resolution}_aux_conv'] = Resample(width, channels, 3)
        self.enc, self.dec = nn.ModuleDict(enc), nn.ModuleDict(dec)
        half = model_channels // 2
        self.register_buffer('frequencies', torch.tensor(
            [10000 ** (-i / max(half - 1, 1)) for i in range(half)]), persistent=False)

    def forward(self, x, noise_labels):
        angles = noise_labels[:, None] * self.frequencies[None]
        emb = torch.cat([angles.sin(), angles.cos()], 1)
        emb = F.silu(self.map_layer1(F.silu(self.map_layer0(emb))))
        skips = []
        for block in self.enc.values():
            x = block(x, emb) if isinstance(block, UNetBlock) else block(x)
            skips.append(x)
        for name, block in self.dec.items():
            if '_aux_norm' in name:
                x = F.silu(block(x))
            elif '_aux_conv' in name:
                x = block(x)
            else:
                if '_block' in name:
                    x = torch.cat([x, skips.pop()], 1)
                x = block(x, emb)
        return x


class EDMPrecond(nn.Module):
    """D(x; sigma) = c_skip x + c_out F(c_in x; c_noise)."""

    def __init__(self, model, sigma_data=0.5):
        super().__init__()
        self.model, self.sigma_data = model, sigma_data

    def forward(self, x, sigma):
        s = sigma.reshape(-1, 1, 1, 1)
        total = s ** 2 + self.sigma_data ** 2
        c_skip, c_in = self.sigma_data ** 2 / total, total.rsqrt()
        c_out = s * self.sigma_data * c_in
        return c_skip * x + c_out * self.model(c_in * x, sigma.log() / 4)
