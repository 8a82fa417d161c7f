"""Trains the recogniser on prepared features within a given time or for so many steps, and keeps a resumable checkpoint.

Started with `torchrun --nproc-per-node N`, N processes share the batches and average their gradients.
"""
import argparse
import math
import os
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch.utils.data import DataLoader

from dataset import Corpus, TrainingBatches, make_batches
from evaluate import error_counts, phone_error_rate, transcribe, word_error_rate
from export import load_model
from mixers import MIXERS
from model import Config, MambaCTC, deepened
from pronunciations import Pronunciations

PEAK_RATE, WEIGHT_DECAY, CLIP, WARM_UP_STEPS = 2.2e-3, 0.02, 1.0, 300
PEAK_RATE_GOING_ON = 7.0e-4               # from trained weights
EMA_DECAY = 0.998
HEAD_CHANNELS = 64
WORDLESS_SHARE = 0.06                     # of the items
LETTERS_WEIGHT = 0.3                      # of their loss beside that of the phones
HALFWAY_WEIGHT = 0.4                      # of the loss after half of the blocks
REPEATS = {"an4": 5}                      # passes over a set in one epoch: the small vocabulary starts the alignment,
LATE_REPEATS = {"an4": 4, "librispeech_train_clean_subset": 2, "librispeech_dev_clean_mp3": 2,
                "speechocean762": 0.4, "synthetic": 0.8}  # books take over
LATE = 0.1                                # from this share of the time on; from the start with --init
SPEED_IS_KEPT = {1.0: 1.0, 0.9: 0.5, 1.1: 0.5}
SHORT_FIRST_S = 5.0                       # the first epoch's longest utterance


def epoch_items(train: list[dict], short_only: bool, repeats: dict[str, float], rng: np.random.Generator) -> list[dict]:
    """One version (speed) of each utterance, `repeats` of some sets (1.5: one or two, by chance); if asked only short ones."""
    by_utterance: dict[tuple[str, str], dict[float, dict]] = {}
    for item in train:
        by_utterance.setdefault((item["set"], item["utt"]), {})[item["speed"]] = item
    chosen = []
    for (corpus, _), versions in by_utterance.items():
        chances = np.array([SPEED_IS_KEPT[speed] for speed in versions])
        for at in rng.choice(len(versions), int(repeats.get(corpus, 1) + rng.random()), p=chances / chances.sum()):
            item = list(versions.values())[at]
            if not short_only or item["frames"] < SHORT_FIRST_S * 100:
                chosen.append(item)
    return chosen


def multiplies_bfloat16(device: torch.device) -> bool:
    """Whether it does so faster than float32."""
    return device.type == "cuda" or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def ctc_loss(log_probs: torch.Tensor, frames: list[int], targets: list[list[int]]) -> torch.Tensor:
    """Nats per target class; log_probs [B, 2T, classes]."""
    flat = torch.tensor([c for target in targets for c in target], device=log_probs.device)
    lengths = torch.tensor([len(target) for target in targets])
    loss = F.ctc_loss(log_probs.transpose(0, 1), flat, torch.tensor(frames), lengths, reduction="sum", zero_infinity=True)
    return loss / max(len(flat), 1)


def training_loss(model: MambaCTC, mel: torch.Tensor, frames: list[int], targets: list[list[list[int]]]) -> torch.Tensor:
    """Of the heads at the end and after half of the blocks; phones, where there is such a head, count more than letters."""
    with torch.autocast(mel.device.type, torch.bfloat16, enabled=multiplies_bfloat16(mel.device)):
        answers = model(mel, halfway=True)
    config, weights = model.config, [LETTERS_WEIGHT, 1] if len(targets) == 2 else [1]
    delays = [config.delay, config.delay_after(config.blocks // 2)]
    parts = [weight * ctc_loss(head[:, 2 * delay : 2 * delay + max(frames)], frames, classes)
             for delay, heads in zip(delays, (answers[: len(targets)], answers[len(targets) :])) for weight, head, classes in zip(weights, heads, targets)]
    return sum(parts[: len(targets)]) + HALFWAY_WEIGHT * sum(parts[len(targets) :])


def learning_rate(peak: float, step: int, progress: float) -> float:
    """Linear warm-up by steps, cosine to zero by the share of the training that is over."""
    return peak * min(1, (step + 1) / WARM_UP_STEPS) * 0.5 * (1 + math.cos(math.pi * min(progress, 1)))


def average_gradients(model: MambaCTC, spent: float, workers: int) -> float:
    """Replaces each gradient by its mean over the processes; returns the mean of `spent`, so that all stop together."""
    if workers == 1:
        return spent
    gradients = [p.grad for p in model.parameters()]
    flat = torch.cat([g.flatten() for g in gradients] + [gradients[0].new_tensor([spent])])
    dist.all_reduce(flat)
    flat /= workers
    *means, mean_spent = flat.split([g.numel() for g in gradients] + [1])
    for gradient, mean in zip(gradients, means):
        gradient.copy_(mean.view_as(gradient))
    return mean_spent.item()


def save(path: Path, state: dict) -> None:
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").rename(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder that prepare.py filled")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float, help="wall-clock budget; the schedule follows it")
    length.add_argument("--steps", type=int, help="so many steps, however long they take; for comparisons")
    parser.add_argument("--init", type=Path, help="exported weights, or a .pt of this script, to go on from instead of random ones")
    parser.add_argument("--pronunciations", type=Path, help="of language/pronounce.py: a second head learns phones")
    parser.add_argument("--out", type=Path, help="folder for the checkpoints last.pt and average.pt; without it --work")
    parser.add_argument("--resume", action="store_true", help="continue from last.pt")
    parser.add_argument("--width", type=int, default=Config.width, help="of the model; its heads have 64 channels")
    parser.add_argument("--blocks", type=int, default=Config.blocks, help="with --init: as many as it has, or more")
    parser.add_argument("--mixer", choices=MIXERS, default=Config.mixer, help="others are controls of equal size, not for export; with --init that of its weights")
    parser.add_argument("--dropout", type=float, default=Config.dropout)
    parser.add_argument("--peak", type=float, help=f"learning rate; without it {PEAK_RATE}, with --init {PEAK_RATE_GOING_ON}")
    parser.add_argument("--batch-seconds", type=float, default=64, help="of one update, over all processes; a GPU is busy with 512")
    parser.add_argument("--loaders", type=int, default=0, help="processes that prepare batches; 0: the training itself does")
    parser.add_argument("--device", type=torch.device, default=torch.device("cuda" if torch.cuda.is_available() else "cpu"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.init and args.mixer != Config.mixer:
        parser.error("--init keeps the mixer of its weights: leave out --mixer")
    out = args.out or args.work
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rank, workers = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if workers > 1:
        dist.init_process_group("gloo")
        args.device = torch.device("cpu")

    corpus = Corpus(args.work)
    train, dev = corpus.select("train"), corpus.select("dev")
    pronunciations = Pronunciations(args.pronunciations) if args.pronunciations else None
    phones = pronunciations.classes if pronunciations else 0
    if args.init:
        model = load_model(args.init, dropout=args.dropout, phones=phones)      # with the statistics that its weights know
        model = deepened(model, max(args.blocks, model.config.blocks))
    else:
        model = MambaCTC(Config(width=args.width, blocks=args.blocks, heads=2 * args.width // HEAD_CHANNELS, dropout=args.dropout, phones=phones, mixer=args.mixer))
        model.features.mean.copy_(corpus.mean)
        model.features.std.copy_(corpus.std)
    model.to(args.device)
    peak = args.peak or (PEAK_RATE_GOING_ON if args.init else PEAK_RATE)
    torch.manual_seed(args.seed + rank)
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    others = [p for p in model.parameters() if p.ndim < 2]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": WEIGHT_DECAY},
                                   {"params": others, "weight_decay": 0.0}], betas=(0.9, 0.98), fused=True)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(EMA_DECAY))
    step, epoch, spent, last = 0, 0, 0.0, out / "last.pt"
    if args.resume:
        state = torch.load(last, weights_only=True, map_location=args.device)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step, epoch, spent = state["step"], state["epoch"], state["spent"]

    def share_that_is_over() -> float:                      # the same in all processes
        return step / args.steps if args.steps else spent / (args.minutes * 60)

    begun = saved = tested = time.time()
    running, seconds, progress = [], 0.0, share_that_is_over()
    while progress < 1:
        rng = np.random.default_rng([args.seed, epoch, step])
        early = progress < LATE and not args.init
        items = epoch_items(train, epoch == 0 and not args.init, REPEATS if early else LATE_REPEATS, rng)
        batches = make_batches(items, args.batch_seconds / workers, rng)
        mine = TrainingBatches(corpus, batches[rank : len(batches) - len(batches) % workers : workers],
                               model.config.delay, WORDLESS_SHARE, pronunciations, [args.seed, epoch, step, rank])
        for mel, frames, targets in DataLoader(mine, batch_size=None, num_workers=args.loaders, pin_memory=args.device.type == "cuda"):
            if progress >= 1:
                break
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(peak, step, progress)
            model.train()
            loss = training_loss(model, mel.to(args.device, non_blocking=True), frames, targets)
            optimiser.zero_grad()
            loss.backward()
            spent = average_gradients(model, spent, workers)
            norm = torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            if torch.isfinite(norm):
                optimiser.step()
                average.update_parameters(model)
            step += 1
            progress = share_that_is_over()
            running.append(loss.item())
            seconds += workers * mel.shape[0] * mel.shape[1] / 100
            now = time.time()
            spent, begun = spent + now - begun, now
            if rank > 0:
                continue
            if step % 50 == 0:
                print(f"step {step} epoch {epoch} {spent / 60:.1f} min loss {np.mean(running):.3f} norm {norm:.2f} "
                      f"rate {optimiser.param_groups[0]['lr']:.5f} audio {seconds / 3600:.1f} h", flush=True)
                running = []
            if now - saved > 300 or progress >= 1:
                saved = now
                save(last, {"model": model.state_dict(), "config": asdict(model.config), "average": average.state_dict(),
                            "optimiser": optimiser.state_dict(), "step": step, "epoch": epoch, "spent": spent})
            if now - tested > 600 and not args.steps or progress >= 1:
                tested = now
                pairs = transcribe(average.module, corpus, dev, pronunciations)
                for name in sorted({p.set for p in pairs}):
                    chosen = [p for p in pairs if p.set == name]
                    errors, characters = error_counts(chosen, list)
                    of_phones = f" PER {phone_error_rate(chosen, pronunciations):.3f}" if pronunciations else ""
                    print(f"dev {name} WER {word_error_rate(chosen):.3f} CER {errors.sum() / characters.sum():.3f}{of_phones}", flush=True)
                save(out / "average.pt", {"model": average.module.state_dict(), "config": asdict(model.config), "step": step})
        epoch += 1


if __name__ == "__main__":
    main()
