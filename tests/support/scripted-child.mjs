/** A child that speaks the worker's protocol and behaves as the job's input says; for what the real worker cannot be made to do on request. */
const send = (message) => process.send(message);
const jobs = new Map();

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message.type === 'shutdown') process.exit(0);
  if (message.type === 'ahead' || message.type === 'prepare') return;
  if (message.type === 'cancel') return jobs.get(message.job)?.();
  if (message.type === 'serve') return serve(message.job, message.params.input);
  const job = message.job.id;
  const staged = () => send({ type: 'staged', job, summary: { task: 'segment', width: 1, height: 1, instances: process.pid }, device: 'portable', sha256: [], inference: { model: 0, search: 0 } });
  switch (message.job.input) {
    case 'work':
      send({ type: 'notice', message: 'said by every child' });
      send({ type: 'progress', job, stage: 'half', fraction: 0.5 });
      return staged();
    case 'write': // needs no model any more, and writes until it is cancelled
      send({ type: 'free', job });
    // falls through
    case 'obey': // works until it is cancelled
      send({ type: 'progress', job, stage: 'waiting', fraction: 0 });
      jobs.set(job, () => send({ type: 'failed', job, error: { code: 'CANCELLED', message: 'Cancelled', hint: '' } }));
      return;
    case 'hang': // hears nothing
      return process.send({ type: 'progress', job, stage: 'hanging', fraction: 0 }, () => {
        for (;;);
      });
    case 'crash':
      return process.kill(process.pid, 'SIGSEGV');
    case 'exhaust':
      return process.stderr.write('FATAL ERROR: JavaScript heap out of memory\n', () => process.abort());
    case 'babble':
      return send({ type: 'staged', job, summary: 'none' });
    case 'fail':
      return send({ type: 'failed', job, error: { code: 'BAD_MEDIA', message: 'damaged', hint: 'copy again' } });
  }
});

function serve(job, input) {
  if (input === 'crash') return process.kill(process.pid, 'SIGSEGV');
  if (input === 'obey') {
    send({ type: 'progress', job, stage: 'waiting', fraction: 0 });
    return jobs.set(job, () => send({ type: 'failed', job, error: { code: 'CANCELLED', message: 'Cancelled', hint: '' } }));
  }
  if (input === 'fail') return send({ type: 'failed', job, error: { code: 'BAD_MEDIA', message: 'damaged', hint: 'copy again' } });
  if (input === 'mix up') return send({ type: 'staged', job, summary: { task: 'segment', width: 1, height: 1, instances: 1 }, device: 'portable', sha256: [], inference: { model: 0, search: 0 } });
  send({ type: 'served', job, result: input === 'babble' ? 'nothing' : { kind: 'audio', seconds: process.pid } });
}
