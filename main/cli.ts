import { runCli } from './cli/program';

// exitCode, not exit(): what stdout still holds must be written.
process.exitCode = await runCli(process.argv);
