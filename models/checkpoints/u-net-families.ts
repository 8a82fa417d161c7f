/** Segmenters of medical and biological pictures, U-shaped all of them. */
import { uMambaSide } from '../architectures/u-mamba';
import type { ModelCard } from '../cards/card';
import { classLooks } from './ade20k';
import type { Family } from './families';
import { AFFINE, MAMBA, SS2D } from './family-keys';
import type { WeightMap } from './safetensors';

const U_MAMBA_BLOCK = `{conv1,conv2,conv3,norm1,norm2}.${AFFINE}`;
const U_MAMBA_LATER = `*.{conv1,conv2}.{conv,norm,all_modules.*}.${AFFINE}`;
const U_MAMBA_ENCODER = [`encoder.{stem,stages.*}.0.${U_MAMBA_BLOCK}`];

export const U_NETS: readonly Family[] = [
  {
    name: 'VM-UNet',
    architecture: 'vm-unet',
    summary: 'Segments medical pictures, a U-shaped network of four-way scans',
    keys: [
      `vmunet.patch_embed.{proj,norm}.${AFFINE}`, `vmunet.{layers,layers_up}.*.blocks.*.ln_1.${AFFINE}`, `vmunet.{layers,layers_up}.*.blocks.*.self_attention.${SS2D}`,
      `vmunet.layers.*.downsample.norm.${AFFINE}`, 'vmunet.layers.*.downsample.reduction.weight', `vmunet.layers_up.*.upsample.norm.${AFFINE}`, 'vmunet.layers_up.*.upsample.expand.weight',
      'vmunet.final_up.expand.weight', `vmunet.{final_up.norm,final_conv}.${AFFINE}`,
    ],
    sections: (weights) => ({ scene: LESIONS, segment: withBackground(outputsOf(weights, 'vmunet.final_conv.bias')) }),
  },
  {
    name: 'UltraLight VM-UNet',
    architecture: 'ultralight-vm-unet',
    summary: 'Segments skin lesions with some 50,000 weights',
    keys: [
      `{encoder1,encoder2,encoder3,decoder4,decoder5}.0.${AFFINE}`, `{encoder4,encoder5,encoder6,decoder1,decoder2,decoder3}.0.{norm,proj}.${AFFINE}`,
      `{encoder4,encoder5,encoder6,decoder1,decoder2,decoder3}.0.mamba.${MAMBA}`, '{encoder4,encoder5,encoder6,decoder1,decoder2,decoder3}.0.skip_scale',
      `{ebn1,ebn2,ebn3,ebn4,ebn5,dbn1,dbn2,dbn3,dbn4,dbn5}.${AFFINE}`, `scab.catt.{att1,att2,att3,att4,att5}.${AFFINE}`, 'scab.catt.get_all_att.weight',
      `scab.satt.shared_conv2d.0.${AFFINE}`, `final.${AFFINE}`,
    ],
    sections: (weights) => ({ scene: LESIONS, segment: withBackground(outputsOf(weights, 'final.bias')) }),
  },
  ...['mamba_layer', 'encoder.mamba_layers.*'].map((layer): Family => ({
    name: layer === 'mamba_layer' ? 'U-Mamba (Bot)' : 'U-Mamba (Enc)',
    architecture: 'u-mamba',
    summary: 'Segments biomedical pictures, a residual U-Net with Mamba layers',
    keys: [...U_MAMBA_ENCODER, `decoder.stages.*.0.${U_MAMBA_BLOCK}`, `decoder.{upsample_layers.*.conv,seg_layers.*}.${AFFINE}`, `${layer}.norm.${AFFINE}`, `${layer}.mamba.${MAMBA}`],
    optional: [
      `{encoder.stem,encoder.stages.*,decoder.stages.*}.${U_MAMBA_LATER}`,
      ...[...U_MAMBA_ENCODER, `encoder.{stem,stages.*}.${U_MAMBA_LATER}`, `encoder.mamba_layers.*.norm.${AFFINE}`, `encoder.mamba_layers.*.mamba.${MAMBA}`].map((key) => `decoder.${key}`), // again
    ],
    sections: (weights) => nnUnet(uMambaSide(weights) ?? NN_UNET_SIDE, outputsOf(weights, 'decoder.seg_layers.0.bias')),
  })),
  {
    name: 'Swin-UMamba',
    architecture: 'swin-u-mamba',
    summary: 'Segments biomedical pictures, four-way scans in the encoder of a U-Net',
    keys: [
      `{stem.0,stem.1,vssm_encoder.patch_embed.proj,vssm_encoder.patch_embed.norm,vssm_encoder.downsamples.*.norm,out_layers.*.conv.conv}.${AFFINE}`, 'vssm_encoder.downsamples.*.reduction.weight',
      `vssm_encoder.layers.*.blocks.*.ln_1.${AFFINE}`, `vssm_encoder.layers.*.blocks.*.self_attention.${SS2D}`,
      '{encoder*.layer,decoder*.conv_block,decoder*.layer}.{conv1,conv2}.conv.weight', 'encoder*.layer.conv3.conv.weight', 'decoder*.transp_conv.conv.weight', 'decoder*.conv_block.conv3.conv.weight',
    ],
    sections: (weights) => nnUnet(NN_UNET_SIDE, outputsOf(weights, 'out_layers.0.conv.conv.bias')),
  },
];

/** Pictures of the skin, as their authors prepare them. */
const LESIONS = { kind: 'square', side: 256 } as const;

/** Window of nnU-Net's plans for larger pictures, where the weights do not tell it. */
const NN_UNET_SIDE = 512;

/** A part of a picture, as an nnU-Net of two dimensions reads it. */
function nnUnet(side: number, classes: number): Pick<ModelCard, 'scene' | 'segment'> {
  return { scene: { kind: 'own', window: { side, stride: side / 2 } }, segment: withBackground(classes) };
}

/** One class is told from the background by a sigmoid, several by a softmax with the background first. */
function withBackground(outputs: number): ModelCard['segment'] {
  const looked = classLooks(Math.max(1, outputs - 1));
  const classes = outputs <= 1 ? [{ ...looked[0]!, name: 'foreground' }] : looked;
  return { kind: 'semantic', classes: [{ name: 'background', color: '#000000' }, ...classes], background: true };
}

function outputsOf(weights: WeightMap, bias: string): number {
  return weights.get(bias)?.shape[0] ?? 0;
}
