"""The training step in PyTorch: fused Adam, foreach EMA, channels_last; `compile` or eager."""
import torch

from network import load_weights, network
from protocol import images_of, load, serve, timed

SIGMA_DATA = 0.5


def prepare(config):
    folder, batch = config['folder'], config['batch']
    model = network(config)
    load_weights(model, folder, 'initial')
    parameters = list(model.parameters())
    average = [value.detach().clone() for value in parameters]
    data = load(folder, 'images')['images']
    adam = config['adam']
    optimizer = torch.optim.Adam(
        parameters, adam['learningRate'], (adam['beta1'], adam['beta2']), adam['eps'], fused=True)
    ema = config['ema']
    seen = 0

    def loss_of(x, sigma, noise):
        denoised = model(x + sigma * noise, sigma.flatten())
        weight = (sigma ** 2 + SIGMA_DATA ** 2) / (sigma * SIGMA_DATA) ** 2
        return (weight * (denoised - x) ** 2).sum() / x.shape[0]

    loss = torch.compile(loss_of) if config['mode'] == 'compile' else loss_of

    def step():
        nonlocal seen
        chosen = data[torch.randint(0, data.shape[0], (batch,))]
        x = images_of(chosen).float() / 127.5 - 1
        sigma = torch.exp(torch.randn(batch, 1, 1, 1) * config['pStd'] + config['pMean'])
        value = loss(x, sigma, torch.randn_like(x))
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.param_groups[0]['lr'] = \
            adam['learningRate'] * min(seen / adam['rampImages'], 1)
        optimizer.step()
        half_life = min(ema['halfLifeImages'], seen * ema['rampRatio'])
        torch._foreach_lerp_(average, parameters, 1 - 0.5 ** (batch / max(half_life, 1e-8)))
        seen += batch
        return value.item()

    def check(_):
        given = load(folder, 'check-batch')
        kept = [value.detach().clone() for value in parameters]
        load_weights(model, folder, 'check-weights')
        value = loss(images_of(given['images']), given['sigma'].reshape(-1, 1, 1, 1),
                     images_of(given['noise']))
        gradients = torch.autograd.grad(value, parameters)
        norm = torch.cat([gradient.flatten() for gradient in gradients]).double().norm()
        with torch.no_grad():
            for parameter, old in zip(parameters, kept):
                parameter.copy_(old)
        return {'loss': value.item(), 'gradientNorm': norm.item()}

    def go(argument):
        return timed(step, argument.get('inner', config['inner']))

    return {'go': go, 'check': check}


serve(prepare)
