"""The multi-delta denoiser in PyTorch: images resident, norms known, a streaming softmax."""
import torch

from protocol import load, save, serve, timed


def prepare(config):
    folder, chunk = config['folder'], config['chunk']
    dtype = torch.float64 if config['mode'] == 'float64' else torch.float32
    pixels = load(folder, 'images')['images'].flatten(1)
    images = (pixels.float() / 127.5 - 1).to(dtype)
    norms = images.square().sum(1)
    queries = load(folder, 'queries')

    @torch.inference_mode()
    def denoise(x, sigma):
        x = x.to(dtype)
        precision = (-0.5 / sigma.double() ** 2).to(dtype)[:, None]
        own = x.square().sum(1, keepdim=True)
        top = torch.full_like(own, -torch.inf)
        total, weighted = torch.zeros_like(own), torch.zeros_like(x)
        for y, norm in zip(images.split(chunk), norms.split(chunk)):
            distance = torch.addmm(own + norm, x, y.T, alpha=-2)
            logits = distance.mul_(precision)
            new_top = torch.maximum(top, logits.amax(1, keepdim=True))
            weights = logits.sub_(new_top).exp_()
            decay = (top - new_top).exp_()
            total = total * decay + weights.sum(1, keepdim=True)
            weighted.mul_(decay).addmm_(weights, y)
            top = new_top
        return (weighted / total).float()

    @torch.inference_mode()
    def reference(x, sigma):
        """Distances by differences, all weights at once, float64: slow and exact."""
        logits = torch.cat([
            -0.5 * (x[:, None].double() - y[None].double()).square().sum(2)
            for y in (pixels.float() / 127.5 - 1).split(256)], 1) / sigma.double()[:, None] ** 2
        return logits.softmax(1) @ (pixels.float() / 127.5 - 1).double()

    def check(_):
        x, sigma = queries['checkX'], queries['checkSigma']
        save(folder, config['name'], {'denoised': denoise(x, sigma)})
        if config['reference']:
            save(folder, 'reference', {'denoised': reference(x, sigma)})
        return {}

    return {'go': lambda _: timed(lambda: denoise(queries['x'], queries['sigma'])),
            'check': check}


serve(prepare)
