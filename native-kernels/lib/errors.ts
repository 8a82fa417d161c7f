/** The addon or the ONNX Runtime library cannot be loaded here; `message` says which and why. The application falls back to portable graphs. */
export class NativeUnavailableError extends Error {
  override readonly name = 'NativeUnavailableError';
}

/**
 * What the addon throws and rejects with: an Error with a code. Codes of ONNX Runtime begin with ORT_ (ORT_INVALID_GRAPH, ORT_INVALID_PROTOBUF, ORT_NO_SUCH_FILE, ...);
 * ours are BAD_TENSOR, BAD_CALL, INVALID_ARGUMENT, OUT_OF_MEMORY, UNSUPPORTED_TYPE, SESSION_DISPOSED.
 */
export interface NativeError extends Error {
  readonly code: string;
}
