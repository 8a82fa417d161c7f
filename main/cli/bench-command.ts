import type { Command } from 'commander';

/** Hands its arguments to native-kernels/bench, which parses them and knows their help. */
export function addBenchCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('bench')
    .description('time our kernels against the stock ONNX formulations on this machine')
    .argument('[options...]')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (args: string[]) => {
      const { runBench } = await import('../../native-kernels/bench/run');
      finish(await runBench(args));
    });
}
