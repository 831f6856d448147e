"""Mean, covariance and eigenvectors of images in PyTorch, float64, three ways."""
import torch

from protocol import load, save, serve, timed


def whole(pixels):
    """All images in float64 at once, centred first."""
    rows = pixels.double() / 127.5 - 1
    mean = rows.mean(0)
    rows -= mean
    return mean, rows.T @ rows / len(rows)


def chunked(pixels, chunk=8192):
    """Float64 sums over chunks: less memory, two passes."""
    mean = torch.zeros(pixels.shape[1], dtype=torch.float64)
    for part in pixels.split(chunk):
        mean += (part.double() / 127.5 - 1).sum(0)
    mean /= len(pixels)
    product = torch.zeros(len(mean), len(mean), dtype=torch.float64)
    for part in pixels.split(chunk):
        rows = part.double() / 127.5 - (1 + mean)
        product.addmm_(rows.T, rows)
    return mean, product / len(pixels)


def exact(pixels, chunk=1024):
    """Sums of integers that float32 holds exactly, as our side does it."""
    size, count = pixels.shape[1], len(pixels)
    total = torch.zeros(size, dtype=torch.float64)
    product = torch.zeros(size, size, dtype=torch.float64)
    for part in pixels.split(chunk):
        rows = part.float() - 128
        total += rows.sum(0).double()
        product += (rows.T @ rows).double()
    mean = (total / count + 128) / 127.5 - 1
    return mean, (count * product - torch.outer(total, total)) / (count * 127.5) ** 2


def prepare(config):
    pixels = load(config['folder'], 'images')['images'].flatten(1)
    moments = {'whole': whole, 'chunked': chunked, 'exact': exact}[config['mode']]

    @torch.inference_mode()
    def stats():
        mean, covariance = moments(pixels)
        return mean, covariance, *torch.linalg.eigh(covariance)

    def check(_):
        mean, covariance, values, _vectors = stats()
        save(config['folder'], config['name'],
             {'mean': mean, 'covariance': covariance, 'eigenvalues': values.flip(0)})
        return {}

    return {'go': lambda _: timed(stats), 'check': check}


serve(prepare)
