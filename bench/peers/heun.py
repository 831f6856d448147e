"""EDM's Heun sampler in PyTorch: float64 state, float32 network, channels_last."""
import torch

from network import load_weights, network
from protocol import images_of, load, save, serve, timed


def prepare(config):
    folder, chunk = config['folder'], config['chunk']
    model = network(config).eval()
    load_weights(model, folder, 'check-weights')
    model.requires_grad_(False)
    inputs = load(folder, 'noise')
    noise, schedule = images_of(inputs['noise']), inputs['schedule']
    evaluate = model
    if config['mode'] == 'compile':
        torch._inductor.config.freezing = True
        evaluate = torch.compile(model)

    def denoise(x, sigma):
        x32 = x.float()
        parts = [evaluate(part, sigma.float().expand(part.shape[0]))
                 for part in x32.split(chunk)]
        return torch.cat(parts).double()

    @torch.inference_mode()
    def sample():
        x = noise.double() * schedule[0]
        for sigma, following in zip(schedule[:-1], schedule[1:]):
            slope = (x - denoise(x, sigma)) / sigma
            guess = x + (following - sigma) * slope
            if following > 0:
                second = (guess - denoise(guess, following)) / following
                guess = x + (following - sigma) * (0.5 * slope + 0.5 * second)
            x = guess
        return x

    def check(_):
        samples = sample().float().permute(0, 2, 3, 1).contiguous()
        save(folder, config['name'], {'samples': samples})
        return {}

    return {'go': lambda _: timed(sample), 'check': check}


serve(prepare)
