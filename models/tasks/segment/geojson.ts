import { hexColor } from './colors-hex';
import { contours, type Ring } from './contours';
import type { ClassLook, Labelled } from './labelled';
import type { LabelImage } from './raster';

/**
 * GeoJSON (RFC 7946) with a feature for each instance, read by QuPath and GIS programs. Coordinates are pixels of the upright image: (0, 0) is its upper left corner, y
 * grows downwards, the instance's outline runs along the edges of its pixels. Properties are named as QuPath names them.
 */
export function geoJson(image: LabelImage, instances: readonly Labelled[], classes: readonly ClassLook[]): string {
  return JSON.stringify({
    type: 'FeatureCollection',
    features: instances.map((instance) => {
      const polygons = contours(image, instance.label, instance.box).map(({ outer, holes }) => [outer, ...holes].map(closed));
      const look = classes[instance.class ?? 0];
      return {
        type: 'Feature',
        id: instance.label,
        geometry: polygons.length === 1 ? { type: 'Polygon', coordinates: polygons[0] } : { type: 'MultiPolygon', coordinates: polygons },
        properties: {
          objectType: 'annotation',
          ...(look && { classification: { name: look.name, color: hexColor(look.color) } }),
          measurements: {
            'Area px': instance.area,
            'Centroid X px': instance.centroid.x + 0.5, // a pixel's centre lies half a pixel from its corner
            'Centroid Y px': instance.centroid.y + 0.5,
            ...(instance.probability !== undefined && { Probability: instance.probability }),
          },
        },
      };
    }),
  });
}

function closed(ring: Ring): Ring {
  return [...ring, ring[0]!];
}
