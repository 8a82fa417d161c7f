import { expect, it } from 'vitest';
import { buildModel } from '../../../models/architectures';
import { parseCard } from '../../../models/cards/card';
import { recognize } from '../../../models/checkpoints/recognize';
import { seededWeights } from '../../support/seeded';
import { readGoldens } from '../../support/vision-golden';

const [vim, vmUnet, uMamba] = ['vim', 'vm_unet', 'u_mamba'].map(readGoldens) as [ReturnType<typeof readGoldens>, ReturnType<typeof readGoldens>, ReturnType<typeof readGoldens>];
const again = { 'auxiliary_head.conv_seg.weight': [5, 4, 1, 1], 'auxiliary_head.conv_seg.bias': [5] };

it.each([
  ['Vim with UperNet', { ...vim.segmenter!.weights, ...again }, { scene: { short: 64, window: { side: 64, stride: 43 } }, segment: { classes: { length: 5 } } }],
  ['VM-UNet', vmUnet['VM-UNet, one class']!.weights, { scene: { kind: 'square', side: 256 }, segment: { background: true, classes: [{ name: 'background' }, { name: 'foreground' }] } }],
  ['VM-UNet', vmUnet['VM-UNet, nine classes']!.weights, { segment: { background: true, classes: { length: 9 } } }],
  ['UltraLight VM-UNet', vmUnet['UltraLight VM-UNet']!.weights, { scene: { kind: 'square', side: 256 }, segment: { classes: { length: 2 } } }],
  ['U-Mamba (Bot)', uMamba['U-Mamba, at the bottom']!.weights, { scene: { kind: 'own', window: { side: 512, stride: 256 } }, segment: { classes: { length: 4 } } }],
  ['U-Mamba (Enc)', uMamba['U-Mamba, in the encoder']!.weights, { scene: { kind: 'own', window: { side: 32, stride: 16 } }, segment: { classes: { length: 3 } } }],
  ['Swin-UMamba', uMamba['Swin-UMamba']!.weights, { scene: { kind: 'own' }, segment: { classes: { length: 3 } } }],
])('%s is known by its keys, and its card builds it', (name, shapes, sections) => {
  const weights = seededWeights(shapes);
  const card = parseCard(recognize(weights, 'mine'));
  expect(card).toMatchObject({ name, task: 'segment', ...sections });
  expect(buildModel(card, weights, 'portable').unused).toEqual([]);
});
