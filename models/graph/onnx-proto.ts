/**
 * The part of onnx.proto (github.com/onnx/onnx) that our graphs use, as plain objects and their protobuf encoding.
 * The numbers passed as `field` are the field numbers of that file; tensors are stored as little-endian raw_data.
 */
import protobuf from 'protobufjs/minimal.js';

type Writer = protobuf.Writer;

/** TensorProto.DataType */
export const DATA_TYPE = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type DataType = keyof typeof DATA_TYPE;

/** A dimension: its size, or the name of a size that is known at run time only. */
export type Dim = number | string;

export interface TensorDef {
  name: string;
  type: DataType;
  dims: readonly number[];
  /** or where it lies in a file of its own, bytes */
  data: ArrayBufferView | ExternalData;
}

export interface ExternalData {
  file: string; // its name, beside the model's
  offset: number;
  length: number;
}

export interface ValueDef {
  name: string;
  type: DataType;
  dims: readonly Dim[];
}

/** An integer is INT, { float } FLOAT, a string STRING, an array INTS, a graph GRAPH. */
export type AttributeDef = number | { float: number } | string | readonly number[] | GraphDef;

export interface NodeDef {
  op: string;
  domain: string;
  name: string;
  /** An absent optional input or output is the empty string. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, AttributeDef>>;
}

export interface GraphDef {
  name: string;
  nodes: readonly NodeDef[];
  initializers: readonly TensorDef[];
  inputs: readonly ValueDef[];
  outputs: readonly ValueDef[];
}

export interface ModelDef {
  irVersion: number;
  /** operator domain -> version; the empty domain is ONNX itself */
  opsets: Readonly<Record<string, number>>;
  producer: string;
  graph: GraphDef;
}

const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;
const EXTERNAL = 1; // TensorProto.DataLocation
const VARINT = 0;
const FIXED32 = 5;
const LENGTH_DELIMITED = 2;

const tag = (field: number, wireType: number) => (field << 3) | wireType;

/** Writes with the fewest copies: one, when the whole message is joined. */
export function encodeModel(model: ModelDef): Uint8Array {
  const writer = protobuf.Writer.create();
  int(writer, 1, model.irVersion);
  text(writer, 2, model.producer);
  message(writer, 7, () => encodeGraph(writer, model.graph));
  for (const [domain, version] of Object.entries(model.opsets)) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      int(writer, 2, version);
    });
  }
  return writer.finish();
}

function encodeGraph(writer: Writer, graph: GraphDef): void {
  for (const node of graph.nodes) message(writer, 1, () => encodeNode(writer, node));
  text(writer, 2, graph.name);
  for (const tensor of graph.initializers) message(writer, 5, () => encodeTensor(writer, tensor));
  for (const value of graph.inputs) message(writer, 11, () => encodeValueInfo(writer, value));
  for (const value of graph.outputs) message(writer, 12, () => encodeValueInfo(writer, value));
}

function encodeNode(writer: Writer, node: NodeDef): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.name);
  text(writer, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) message(writer, 5, () => encodeAttribute(writer, name, value));
  text(writer, 7, node.domain);
}

function encodeAttribute(writer: Writer, name: string, value: AttributeDef): void {
  text(writer, 1, name);
  if (typeof value === 'number') {
    int(writer, 3, value);
    int(writer, 20, ATTRIBUTE_TYPE.int);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    int(writer, 20, ATTRIBUTE_TYPE.string);
  } else if ('float' in value) {
    writer.uint32(tag(2, FIXED32)).float(value.float);
    int(writer, 20, ATTRIBUTE_TYPE.float);
  } else if ('nodes' in value) {
    message(writer, 6, () => encodeGraph(writer, value));
    int(writer, 20, ATTRIBUTE_TYPE.graph);
  } else {
    for (const item of value) int(writer, 8, item);
    int(writer, 20, ATTRIBUTE_TYPE.ints);
  }
}

function encodeTensor(writer: Writer, tensor: TensorDef): void {
  for (const dim of tensor.dims) int(writer, 1, dim);
  int(writer, 2, DATA_TYPE[tensor.type]);
  text(writer, 8, tensor.name);
  if ('buffer' in tensor.data) {
    const { buffer, byteOffset, byteLength } = tensor.data;
    writer.uint32(tag(9, LENGTH_DELIMITED)).bytes(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
    return;
  }
  const { file, offset, length } = tensor.data;
  for (const [key, value] of Object.entries({ location: file, offset, length })) {
    message(writer, 13, () => { // StringStringEntryProto
      text(writer, 1, key);
      text(writer, 2, String(value));
    });
  }
  int(writer, 14, EXTERNAL);
}

function encodeValueInfo(writer: Writer, value: ValueDef): void {
  text(writer, 1, value.name);
  message(writer, 2, () => // TypeProto
    message(writer, 1, () => { // TypeProto.Tensor
      int(writer, 1, DATA_TYPE[value.type]);
      message(writer, 2, () => { // TensorShapeProto
        for (const dim of value.dims) {
          message(writer, 1, () => (typeof dim === 'number' ? int(writer, 1, dim) : text(writer, 2, dim)));
        }
      });
    }));
}

function int(writer: Writer, field: number, value: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`expected an integer for ONNX field ${field}, got ${value}`);
  writer.uint32(tag(field, VARINT)).int64(value);
}

function text(writer: Writer, field: number, value: string): void {
  writer.uint32(tag(field, LENGTH_DELIMITED)).string(value);
}

function message(writer: Writer, field: number, content: () => void): void {
  writer.uint32(tag(field, LENGTH_DELIMITED)).fork();
  content();
  writer.ldelim();
}
