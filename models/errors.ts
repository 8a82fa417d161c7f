/** Errors of the pure zone. The worker turns each into an `AppError` with the same code. */

export const MODEL_ERROR_CODES = [
  'BAD_CHECKPOINT', // the weights file is damaged, truncated or not of a known format
  'BAD_CARD', // the model card does not fit its schema
  'BAD_WEIGHTS', // a tensor that the architecture needs is missing or has the wrong shape
  'BAD_INPUT', // data handed to a task cannot be used (wrong size, not finite, ...)
  'TOO_LARGE', // more than the chosen output can hold
] as const;

export type ModelErrorCode = (typeof MODEL_ERROR_CODES)[number];

/** Says what was expected, what came and what to do; `code` is stable for programs. */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  constructor(
    readonly code: ModelErrorCode,
    message: string,
    readonly hint = '',
  ) {
    super(message);
  }
}
