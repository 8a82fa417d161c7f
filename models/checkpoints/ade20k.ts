/**
 * The 150 classes of the ADE20K benchmark for scene parsing, in its order: the first name of each line of objectInfo150.txt. Zhou et al. 2017, "Scene Parsing through ADE20K
 * Dataset"; MIT Computer Vision Group, github.com/CSAILVision/sceneparsing. In its annotations a pixel of class i (from 0) has the value i + 1.
 */
const NAMES = `wall, building, sky, floor, tree, ceiling, road, bed, windowpane, grass, cabinet, sidewalk, person, earth, door, table, mountain, plant, curtain, chair, car, water,
painting, sofa, shelf, house, sea, mirror, rug, field, armchair, seat, fence, desk, rock, wardrobe, lamp, bathtub, railing, cushion, base, box, column, signboard,
chest of drawers, counter, sand, sink, skyscraper, fireplace, refrigerator, grandstand, path, stairs, runway, case, pool table, pillow, screen door, stairway, river, bridge,
bookcase, blind, coffee table, toilet, flower, book, hill, bench, countertop, stove, palm, kitchen island, computer, swivel chair, boat, bar, arcade machine, hovel, bus, towel,
light, truck, tower, chandelier, awning, streetlight, booth, television receiver, airplane, dirt track, apparel, pole, land, bannister, escalator, ottoman, bottle, buffet, poster,
stage, van, ship, fountain, conveyer belt, canopy, washer, plaything, swimming pool, stool, barrel, basket, waterfall, tent, bag, minibike, cradle, oven, ball, food, step, tank,
trade name, microwave, pot, animal, bicycle, lake, dishwasher, screen, blanket, sculpture, hood, sconce, vase, traffic light, tray, ashcan, fan, pier, crt screen, plate,
monitor, bulletin board, shower, radiator, glass, clock, flag`.split(/,\s+/);

const GOLDEN_ANGLE = 137.508; // degrees: neighbours in the list get hues far apart
const LIGHTNESS = [0.5, 0.68, 0.4];

/** Names and colours of the classes of a model that its authors publish for ADE20K: its own where their number says so, else numbers. */
export function sceneLooks(count: number): { name: string; color: string }[] {
  return count === NAMES.length ? looks(NAMES) : classLooks(count);
}

/** Numbers and colours of classes of which nothing is known. */
export function classLooks(count: number): { name: string; color: string }[] {
  return looks(Array.from({ length: count }, (_, i) => `class ${i + 1}`));
}

function looks(names: readonly string[]): { name: string; color: string }[] {
  return names.map((name, i) => ({ name, color: hslHex((i * GOLDEN_ANGLE) % 360, 0.65, LIGHTNESS[i % LIGHTNESS.length]!) }));
}

/** `hue` in degrees, the others from 0 to 1 -> #rrggbb */
function hslHex(hue: number, saturation: number, lightness: number): string {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    const value = lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value).toString(16).padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
