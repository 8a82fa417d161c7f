"""Muon: momentum whose matrix is made nearly orthogonal before it is applied. Jordan et al. 2024, "Muon"; the scale is that of
Liu et al. 2025, "Muon is scalable for LLM training", so that AdamW's rates and decays serve."""

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the odd polynomial that draws singular values towards 1
STEPS = 5


def orthogonal(matrix: torch.Tensor) -> torch.Tensor:
    """[m, n] -> [m, n] with the same singular vectors and singular values between 0.7 and 1.2: Newton-Schulz iteration."""
    a, b, c = COEFFICIENTS
    wide = matrix.shape[0] <= matrix.shape[1]
    x = matrix if wide else matrix.T
    x = x / (x.norm() + 1e-7)
    for _ in range(STEPS):
        gram = x @ x.T
        x = a * x + torch.addmm(gram, gram, gram, beta=b, alpha=c) @ x
    return x if wide else x.T


class Muon(torch.optim.Optimizer):
    """For the weights of linear and convolutional layers; the kernels of the latter count as matrices [outputs, the rest]."""

    def __init__(self, parameters, lr: float, weight_decay: float, momentum: float = 0.95):
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["momentum"] = torch.zeros_like(p)
                mean = state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                update = orthogonal(p.grad.lerp(mean, group["momentum"]).flatten(1)).view(p.shape)  # Nesterov
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(update, alpha=-0.2 * group["lr"] * max(p.shape[0], p[0].numel()) ** 0.5)
