import { contours, type Ring } from './contours';
import type { ClassLook, Labelled } from './labelled';
import type { LabelImage } from './raster';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The outlines as an SVG drawing, one unit a pixel: a group for each class, a path for each instance, holes by the even-odd rule. */
export function svgDrawing(image: LabelImage, instances: readonly Labelled[], classes: readonly ClassLook[]): string {
  const groups = classes.flatMap(({ name, color }, index) => {
    const paths = instances.filter((instance) => (instance.class ?? 0) === index).map((instance) => path(image, instance, name));
    return paths.length === 0 ? [] : [`<g data-class="${escaped(name)}" fill="${color}" stroke="${color}">`, ...paths, '</g>'];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${image.width}" height="${image.height}" viewBox="0 0 ${image.width} ${image.height}" fill-opacity="0.35" fill-rule="evenodd">`,
    ...groups,
    '</svg>',
    '',
  ].join('\n');
}

function path(image: LabelImage, { label, box }: Labelled, name: string): string {
  const rings = contours(image, label, box).flatMap(({ outer, holes }) => [outer, ...holes]);
  return `<path id="instance-${label}" d="${rings.map(ringPath).join('')}"><title>${escaped(name)} ${label}</title></path>`;
}

/** Edges alternate between across and down, so each is one coordinate. */
function ringPath(ring: Ring): string {
  const [start, ...rest] = ring;
  let [x] = start!;
  const edges = rest.map(([nextX, nextY]) => {
    const edge = nextX === x ? `V${nextY}` : `H${nextX}`;
    x = nextX;
    return edge;
  });
  return `M${start!.join(' ')}${edges.join('')}Z`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
