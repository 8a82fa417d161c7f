/** One quad a tile. `area` is the part of the picture that it covers; both textures may be of coarser levels than it. */
export const VERTEX = `#version 300 es
uniform vec4 area;   // x, y, width, height in picture pixels
uniform vec3 view;   // x, y in the middle of the canvas, scale
uniform vec2 canvas; // device pixels
out vec2 at;         // picture pixels
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  at = area.xy + corner * area.zw;
  vec2 place = (at - view.xy) * view.z * 2.0 / canvas;
  gl_Position = vec4(place.x, -place.y, 0.0, 1.0);
}`;

/**
 * The picture's colour, tinted with the colour of the pixel's label. Palette, an entry a label: colour, and alpha 0 hidden, 0.5 shown, 1 selected.
 * Outlines: a neighbour at the outline's width, measured on the canvas, has another label.
 */
export const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform sampler2D picture;
uniform vec4 pictureTile;  // x, y of the tile, picture pixels a texel, texels a side with apron
uniform vec4 pictureLimit; // texels that hold picture: left, top, right, bottom
uniform usampler2D labels;
uniform vec3 labelTile;    // x, y of the tile, picture pixels a texel; 0: no labels
uniform sampler2D palette;
uniform int apron;
uniform float fill;        // opacities
uniform float rim;
uniform float width;       // of outlines, picture pixels
uniform uint hovered;
in vec2 at;
out vec4 color;

uint labelAt(vec2 texel) { return texelFetch(labels, ivec2(floor(texel)) + apron, 0).r; }

void main() {
  vec2 texel = (at - pictureTile.xy) / pictureTile.z + 1.0;
  color = vec4(texture(picture, clamp(texel, pictureLimit.xy, pictureLimit.zw) / pictureTile.w).rgb, 1.0);
  if (labelTile.z == 0.0) return;
  vec2 place = (at - labelTile.xy) / labelTile.z;
  uint label = labelAt(place);
  if (label == 0u) return;
  vec4 look = texelFetch(palette, ivec2(label & 1023u, label >> 10), 0);
  if (look.a == 0.0) return;
  bool selected = look.a > 0.75;
  float reach = min(width * (selected ? 2.0 : 1.0) / labelTile.z, float(apron) - 0.5);
  bool edge = rim > 0.0 || selected;
  edge = edge && (labelAt(place + vec2(reach, 0.0)) != label || labelAt(place - vec2(reach, 0.0)) != label
    || labelAt(place + vec2(0.0, reach)) != label || labelAt(place - vec2(0.0, reach)) != label);
  float opacity = edge ? max(rim, selected ? 1.0 : 0.0) : fill;
  if (label == hovered && !edge) opacity = min(opacity + 0.25, 1.0);
  color.rgb = mix(color.rgb, edge && selected ? mix(look.rgb, vec3(1.0), 0.75) : look.rgb, opacity);
}`;
