import { describe, expect, it } from 'vitest';
import { cocoJson } from '../../../models/tasks/segment/coco';
import { geoJson } from '../../../models/tasks/segment/geojson';
import { instancesCsv } from '../../../models/tasks/segment/instances-csv';
import type { Labelled } from '../../../models/tasks/segment/labelled';
import { measureInstances } from '../../../models/tasks/segment/measure';
import type { LabelImage } from '../../../models/tasks/segment/raster';
import { svgDrawing } from '../../../models/tasks/segment/svg';

// a ring of eight pixels, and two pixels that meet at a corner
const image: LabelImage = { width: 6, height: 3, count: 2, labels: Int32Array.from([1, 1, 1, 0, 2, 0, 1, 0, 1, 0, 0, 2, 1, 1, 1, 0, 0, 0]) };
const measured = measureInstances({ width: 6, height: 3, channels: 1, bitDepth: 8, data: new Uint8Array(18).fill(9) }, image);
const instances: Labelled[] = measured.map((instance, i) => ({ ...instance, class: i, probability: 0.5 + i / 4 }));
const classes = [{ name: 'ring "A" & <b>', color: '#e69f00' }, { name: '=pair', color: '#56b4e9' }];

describe('geoJson', () => {
  const { features } = JSON.parse(geoJson(image, instances, classes)) as { features: { id: number; geometry: { type: string; coordinates: number[][][] }; properties: unknown }[] };

  it('closes its rings, holes after the outline', () => {
    expect(features[0]!.geometry).toEqual({ type: 'Polygon', coordinates: [[[3, 0], [3, 3], [0, 3], [0, 0], [3, 0]], [[2, 2], [2, 1], [1, 1], [1, 2], [2, 2]]] });
  });

  it('draws an instance in parts as a multi-polygon', () => {
    expect(features[1]!.geometry).toMatchObject({ type: 'MultiPolygon', coordinates: [[expect.anything()], [expect.anything()]] });
  });

  it('names class, colour and measurements as QuPath does', () => {
    expect(features[1]!.properties).toEqual({
      objectType: 'annotation',
      classification: { name: '=pair', color: [86, 180, 233] },
      measurements: { 'Area px': 2, 'Centroid X px': 5, 'Centroid Y px': 1, Probability: 0.75 },
    });
  });

  it('of no instance is an empty collection', () => {
    expect(JSON.parse(geoJson({ ...image, count: 0 }, [], classes))).toEqual({ type: 'FeatureCollection', features: [] });
  });
});

describe('svgDrawing', () => {
  const svg = svgDrawing(image, instances, classes);

  it('groups by class and escapes names', () => {
    expect(svg).toContain('<g data-class="ring &quot;A&quot; &amp; &lt;b&gt;" fill="#e69f00"');
    expect(svg.match(/<path /g)).toHaveLength(2);
    expect(svg).toContain('viewBox="0 0 6 3"');
  });

  it('draws outline and hole as one path', () => {
    expect(svg).toContain('d="M3 0V3H0V0ZM2 2V1H1V2Z"');
  });

  it('leaves out classes without instances', () => {
    expect(svgDrawing(image, [], classes)).not.toContain('<g ');
  });
});

describe('cocoJson with classes', () => {
  type Coco = { categories: unknown[]; annotations: { category_id: number; score: number; segmentation: unknown }[] };
  const coco = JSON.parse(cocoJson('a.png', image, instances, ['ring', 'pair'], 'polygons')) as Coco;

  it('numbers categories from 1 and gives scores', () => {
    expect(coco.categories).toEqual([{ id: 1, name: 'ring' }, { id: 2, name: 'pair' }]);
    expect(coco.annotations.map(({ category_id, score }) => [category_id, score])).toEqual([[1, 0.5], [2, 0.75]]);
  });

  it('keeps an instance with a hole as run lengths, others as polygons', () => {
    expect(coco.annotations.map(({ segmentation }) => segmentation)).toEqual([
      { size: [3, 6], counts: expect.any(String) },
      [[5, 0, 5, 1, 4, 1, 4, 0], [6, 1, 6, 2, 5, 2, 5, 1]],
    ]);
  });
});

describe('instancesCsv with extras', () => {
  it('adds class, probability and micrometres, and leaves cells that are not known empty', () => {
    const rows = instancesCsv('a.png', [{ ...instances[1]!, meanIntensity: NaN }], { classes: classes.map(({ name }) => name), micrometresPerPixel: 0.5 }).split('\n');
    expect(rows[0]).toMatch(/mean_intensity,class,probability,area_um2,centroid_x_um,centroid_y_um$/);
    expect(rows[1]).toBe("a.png,2,2,4.50,0.50,4,0,2,2,,'=pair,0.7500,0.5000,2.2500,0.2500");
  });
});
