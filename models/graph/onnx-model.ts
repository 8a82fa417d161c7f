/** A finished graph whose weights are computed when they are written, one after another: a large model need not fit into memory several times. */
import { encodeModel, type DataType, type ExternalData, type GraphDef, type TensorDef } from './onnx-proto';

/** What ONNX Runtime 1.30 reads. */
const IR_VERSION = 10;
const OPSETS = { '': 23, 'com.microsoft': 1, ssm: 1 };
/** ONNX Runtime maps a file by pages. */
const ALIGNMENT = 4096;
/** Smaller tensors stay in the message: ONNX Runtime looks into shapes and indices. */
const SMALL_BYTES = 1024;

export interface LazyTensor {
  name: string;
  type: DataType;
  dims: readonly number[];
  bytes: number;
  data(): ArrayBufferView;
}

export class OnnxModel {
  constructor(
    private readonly graph: Omit<GraphDef, 'initializers'>,
    private readonly initializers: readonly LazyTensor[],
  ) {}

  /** Of all weights. */
  get weightBytes(): number {
    return this.initializers.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The whole ModelProto. It cannot have more than 2 GB. */
  toBytes(): Uint8Array {
    return this.encode(this.initializers.map((tensor) => ({ ...tensor, data: tensor.data() })));
  }

  /** The ModelProto, with its weights in a file called `file` beside it: `append` gets the bytes of that file, piece by piece. */
  toBytesBeside(file: string, append: (piece: Uint8Array) => void): Uint8Array {
    let offset = 0;
    const place = (bytes: number): ExternalData => {
      const padding = -offset & (ALIGNMENT - 1);
      if (padding > 0) append(new Uint8Array(padding));
      const placed = { file, offset: offset + padding, length: bytes };
      offset += padding + bytes;
      return placed;
    };
    return this.encode(
      this.initializers.map((tensor) => {
        if (tensor.bytes <= SMALL_BYTES) return { ...tensor, data: tensor.data() };
        const data = place(tensor.bytes);
        const { buffer, byteOffset, byteLength } = tensor.data();
        append(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
        return { ...tensor, data };
      }),
    );
  }

  private encode(initializers: TensorDef[]): Uint8Array {
    return encodeModel({ irVersion: IR_VERSION, opsets: OPSETS, producer: 'mamba-studio', graph: { ...this.graph, initializers } });
  }
}
