"""The whole recipe: features, training, export and the test figures. `--smoke` does it in a minute on generated tones."""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from smoke import check_attention, check_deepened, check_mixers, check_scan, write_tone_speech

HERE = Path(__file__).parent
BUNDLED = HERE.parents[1] / "bundled" / "speech-en" / "model.safetensors"
GOLDEN = HERE.parents[2] / "tests" / "golden" / "speech-en.safetensors"


def step(script: str, *arguments: object) -> None:
    subprocess.run([sys.executable, HERE / script, *map(str, arguments)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with manifest.tsv and <set>/<utt>.opus")
    parser.add_argument("--work", type=Path, help="features and checkpoints (about 2 GB)")
    parser.add_argument("--texts", type=Path, help="folder of .txt files; flite reads sentences of them for the training")
    parser.add_argument("--init", type=Path, help="exported weights to go on from")
    parser.add_argument("--minutes", type=float, default=120, help="training time")
    parser.add_argument("--processes", type=int, default=2, help="of the training on CPUs, which share the batches")
    parser.add_argument("--resume", action="store_true", help="keep the features and continue the training")
    parser.add_argument("--smoke", action="store_true", help="one minute, generated data, nothing kept")
    args, of_training = parser.parse_known_args()      # the rest is for train.py
    if args.smoke:
        check_scan()
        check_deepened()
        check_attention()
        check_mixers()
        with tempfile.TemporaryDirectory() as folder:
            data, work = Path(folder, "data"), Path(folder, "work")
            write_tone_speech(data)
            step("prepare.py", "--data", data, "--work", work)
            step("train.py", "--work", work, "--minutes", 0.7, "--pronunciations", data / "pronunciations.txt", *of_training)
            step("export.py", "--weights", work / "average.pt", "--out", work / "model.safetensors", "--golden", work / "golden.safetensors")
            control = ["--mixer", "bidirectional", "--steps", 3, "--width", 64, "--blocks", 2]
            step("train.py", "--work", work, "--out", work / "control", "--pronunciations", data / "pronunciations.txt", *control)
            step("compare.py", "--work", work, "--pronunciations", data / "pronunciations.txt", f"mamba={work / 'last.pt'}", f"bidirectional={work / 'control' / 'last.pt'}")
            step("evaluate.py", "--work", work, "--weights", work / "model.safetensors", "--split", "test")
        return
    if not (args.data and args.work):
        parser.error("--data and --work are needed (or --smoke)")
    if not args.resume:
        synthetic = [args.work / "synthetic"] if args.texts else []
        for folder in synthetic:
            step("synthesise.py", "--texts", args.texts, "--data", args.data, "--out", folder)
        step("prepare.py", "--data", args.data, *synthetic, "--work", args.work)
    training = [HERE / "train.py", "--work", args.work, "--minutes", args.minutes, *["--resume"] * args.resume,
                *(["--init", args.init] if args.init else []), *of_training]
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", args.processes] if args.processes > 1 else []
    subprocess.run([sys.executable, *map(str, launcher + training)], check=True)
    step("export.py", "--weights", args.work / "average.pt", "--out", BUNDLED, "--golden", GOLDEN)
    step("evaluate.py", "--work", args.work, "--weights", BUNDLED, "--split", "test")


if __name__ == "__main__":
    main()
