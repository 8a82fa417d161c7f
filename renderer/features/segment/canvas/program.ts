import { FRAGMENT, VERTEX } from './shaders';

const UNIFORMS = ['area', 'view', 'canvas', 'picture', 'pictureTile', 'pictureLimit', 'labels', 'labelTile', 'palette', 'apron', 'fill', 'rim', 'width', 'hovered'] as const;

export interface Program {
  program: WebGLProgram;
  at: Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>;
}

/** Throws an Error with the driver's words. */
export function buildProgram(gl: WebGL2RenderingContext): Program {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) throw new Error(`shader: ${gl.getShaderInfoLog(shader)}`);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(`program: ${gl.getProgramInfoLog(program)}`);
  return { program, at: Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)])) as Program['at'] };
}
