"""Log-mel features, the same arithmetic as the recogniser's graph: 80 bands, one frame every 10 ms."""
import numpy as np
import torch

SAMPLE_RATE = 16000
HOP, WINDOW, FFT, BANDS = 160, 400, 512, 80
TAIL = WINDOW - HOP            # samples of the past that frame 0 sees (zeros at the start)
FLOOR = 1e-5                   # added to the band power before the logarithm
SILENCE = float(np.log(FLOOR))  # the feature of digital silence
BLOCK = 640                    # samples in one position of the model (40 ms)


def mel_edges() -> np.ndarray:
    """[82] Hz, HTK mel scale, 20 to 7600 Hz: band k reaches from edge k to edge k + 2."""
    mel = lambda hz: 2595 * np.log10(1 + hz / 700)
    return 700 * (10 ** (np.linspace(mel(20), mel(7600), BANDS + 2) / 2595) - 1)


def mel_filters(edges: np.ndarray) -> torch.Tensor:
    """[257, 80] triangular filters, peak 1."""
    bins = np.arange(FFT // 2 + 1)[:, None] * SAMPLE_RATE / FFT
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return torch.from_numpy(np.clip(np.minimum(rising, falling), 0, None)).float()


EDGES = mel_edges()
CENTRES = EDGES[1:-1]
FILTERS = mel_filters(EDGES)
HANN = torch.hann_window(WINDOW, periodic=True)


def pad_to_block(pcm: np.ndarray) -> np.ndarray:
    """Zeros at the end, up to a whole number of positions."""
    return np.pad(pcm, (0, -len(pcm) % BLOCK))


def log_mel(pcm: torch.Tensor) -> torch.Tensor:
    """pcm [S] float32 in [-1, 1], S a multiple of 160 -> [S / 160, 80], not normalised."""
    frames = torch.nn.functional.pad(pcm, (TAIL, 0)).unfold(0, WINDOW, HOP) * HANN
    power = torch.fft.rfft(frames, FFT).abs().square()
    return torch.log(power @ FILTERS + FLOOR)
