"""float32 products of square matrices: what the machine's cores can do at most."""
import torch

from protocol import serve, timed


def prepare(config):
    pairs = {n: (torch.randn(n, n), torch.randn(n, n)) for n in config['sizes']}

    def go(argument):
        n = argument['n']
        return timed(lambda: torch.mm(*pairs[n]), argument['inner'])

    return {'go': go}


serve(prepare)
