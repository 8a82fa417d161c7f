import type { Result } from '../contract/api';
import type { InferenceHost } from '../inference/host';

export type MachineFacts = Result<'app.info'>['native'];

/** Asks the child once which kernels this machine has; a failed question is asked again the next time. */
export function askMachine(helperHost: InferenceHost): () => Promise<MachineFacts> {
  let answer: Promise<MachineFacts> | undefined;
  return () => {
    answer ??= helperHost.serve({ service: 'native', params: {} }).catch((error: Error) => {
      answer = undefined;
      return { available: false, isa: '', reason: error.message };
    });
    return answer;
  };
}
