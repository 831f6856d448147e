"""The paper's linear distillation in PyTorch: Adam on W x / sqrt(d) + b, from zero."""
import math
import time

import torch

from network import load_weights, network
from protocol import images_of, load, save, serve


def prepare(config):
    folder, sigma, batch = config['folder'], config['sigma'], config['batch']
    model = network(config).eval()
    load_weights(model, folder, 'trained')
    model.requires_grad_(False)
    clean = images_of(load(folder, 'images')['images']).float() / 127.5 - 1
    held_out = load(folder, 'held-out')
    size = clean[0].numel()
    evaluate = torch.compile(model, dynamic=False) if config['mode'] == 'compile' else model

    def rows(images):
        return images.permute(0, 2, 3, 1).reshape(len(images), size)

    @torch.inference_mode()
    def targets(x):
        """Rows of D(x; sigma); batches of one layout, so that one compilation serves all."""
        x = images_of(rows(x).reshape(len(x), *clean.shape[2:], clean.shape[1]).contiguous())
        return rows(evaluate(x, torch.full((len(x),), sigma)))

    def adam(argument):
        linear = torch.nn.Linear(size, size)
        torch.nn.init.zeros_(linear.weight)
        optimizer = torch.optim.Adam(linear.parameters(), config['learningRate'], fused=True)
        held_x = rows(images_of(held_out['x'])) / math.sqrt(size)
        budget, spent, steps, curve = argument['seconds'], 0, 0, []
        while spent < budget:
            start = time.perf_counter()
            until = start + budget / 20
            while time.perf_counter() < until:
                chosen = clean[torch.randint(0, len(clean), (batch,))]
                x = chosen + sigma * torch.randn_like(chosen)
                y = targets(x).clone()
                loss = torch.nn.functional.mse_loss(linear(rows(x) / math.sqrt(size)), y)
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                steps += 1
            spent += time.perf_counter() - start
            with torch.inference_mode():
                error = torch.nn.functional.mse_loss(linear(held_x), held_out['y'])
            curve.append([spent, error.sqrt().item()])
        return {'curve': curve, 'steps': steps}

    def check(_):
        parts = images_of(held_out['x']).split(batch)
        save(folder, config['name'], {'y': torch.cat([targets(part) for part in parts])})
        return {}

    def warm(_):
        targets(clean[:batch])
        return {}

    return {'warm': warm, 'adam': adam, 'check': check}


serve(prepare)
