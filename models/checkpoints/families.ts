/**
 * The published families that are known by the names of their weights. `*` stands for a number, {a,b} for either; a family has every
 * key of its list at least once, and no others.
 */
import type { Architecture, ModelCard } from '../cards/card';
import { mambaVisionSize, withoutModelPrefix } from '../architectures/mamba-vision-sizes';
import { spMambaFrame } from '../architectures/sp-mamba';
import { vimSide } from '../architectures/vim';
import { withCurrentNames } from '../architectures/vmamba-names';
import { Weights } from '../layers/weights';
import { sceneLooks } from './ade20k';
import { numbered } from './class-numbers';
import { AFFINE, BACKWARD, DIAGONAL, MAMBA, MAMBA2, MAMBA_S4, RUNNING, SS2D } from './family-keys';
import type { WeightMap } from './safetensors';
import { SOUND_CLASSIFIERS } from './sound-families';
import { U_NETS } from './u-net-families';

type Sections = Partial<Pick<ModelCard, 'enhance' | 'separate' | 'upscale' | 'classify' | 'scene' | 'segment'>>;

export interface Family {
  name: string;
  architecture: Architecture;
  summary: string;
  keys: readonly string[];
  /** What a checkpoint may have besides. */
  optional?: readonly string[];
  /** Where names have changed over time: the same tensors under those of `keys`. */
  names?(weights: WeightMap): WeightMap;
  /** What the card must say for the task; of the weights by the names of `keys`. */
  sections(weights: WeightMap): Sections;
}

/** VMamba behind its first release, by its names of today. */
const VMAMBA_BLOCKS = [
  `patch_embed.{0,2,5,7}.${AFFINE}`, `layers.*.blocks.*.{norm,norm2,mlp.fc1,mlp.fc2}.${AFFINE}`, `layers.*.downsample.{1,3}.${AFFINE}`,
  'layers.*.blocks.*.op.{A_logs,Ds,dt_projs_bias,in_proj.weight,conv2d.weight,out_norm.weight,out_norm.bias,out_proj.weight,x_proj_weight,dt_projs_weight}',
];
const MAMBA_VISION_BLOCKS = [
  'patch_embed.conv_down.{0,3}.weight', `patch_embed.conv_down.{1,4}.${RUNNING}`, 'levels.*.downsample.reduction.0.weight',
  `levels.*.blocks.*.{conv1,conv2}.${AFFINE}`, `levels.*.blocks.*.{norm1,norm2}.${RUNNING}`, `levels.*.blocks.*.{mlp.fc1,mlp.fc2,mixer.qkv,mixer.proj}.${AFFINE}`,
  'levels.*.blocks.*.mixer.{A_log,D,in_proj.weight,x_proj.weight,dt_proj.weight,dt_proj.bias,out_proj.weight,conv1d_x.weight,conv1d_z.weight}',
];
const MAMBA_VISION_SCALES = 'levels.*.blocks.*.{gamma_1,gamma_2,gamma}';
const UPERNET = [
  `decode_head.conv_seg.${AFFINE}`,
  ...['psp_modules.*.1', 'bottleneck', 'lateral_convs.*', 'fpn_convs.*', 'fpn_bottleneck'].flatMap((part) => [`decode_head.${part}.conv.weight`, `decode_head.${part}.bn.${RUNNING}`]),
];
/** Serves training only. */
const AUXILIARY_HEAD = [`auxiliary_head.conv_seg.${AFFINE}`, 'auxiliary_head.convs.*.conv.weight', `auxiliary_head.convs.*.bn.${RUNNING}`];
/** Of SPMamba at both rates of its authors. */
const FRAME_SECONDS = 0.032;
/** Of SEMamba: a convolution, an instance norm and a PReLU. */
const NORMED = '{0.weight,0.bias,1.weight,1.bias,2.weight}';

/** Of the networks in SwinIR's line, without the blocks of their groups. */
const SUPER_RESOLUTION = [`conv_first.${AFFINE}`, `patch_embed.norm.${AFFINE}`, `layers.*.conv.${AFFINE}`, `conv_after_body.${AFFINE}`, `upsample.0.${AFFINE}`];
const BLOCK = 'layers.*.residual_group.blocks.*';

const CLEAN_U_MAMBA = [`{encoder,decoder}.*.{0,2}.${AFFINE}`, `{tsfm_conv1,tsfm_conv2,norm_f}.${AFFINE}`, `tsfm_Mamba_layers.*.norm.${AFFINE}`];

export const FAMILIES: readonly Family[] = [
  {
    name: 'DVMSR',
    architecture: 'dvmsr',
    summary: 'Super-resolution with Mamba blocks',
    keys: [...SUPER_RESOLUTION, `norm_f.${AFFINE}`, `${BLOCK}.norm.${AFFINE}`, `${BLOCK}.mixer.${MAMBA}`],
    sections: upscaling,
  },
  {
    name: 'PFVM',
    architecture: 'pfvm',
    summary: 'Super-resolution with four-way scans and parameter-free attention',
    keys: [...SUPER_RESOLUTION, `norm.${AFFINE}`, `${BLOCK}.{skip_scale,skip_scale2,skip_scale3}`, `${BLOCK}.{ln_1,ln_2,conv_blk.conv3x3}.${AFFINE}`, `${BLOCK}.self_attention.${SS2D}`],
    sections: upscaling,
  },
  {
    name: 'CleanUMamba',
    architecture: 'clean-u-mamba',
    summary: 'Speech denoiser, a causal U-Net with Mamba layers',
    keys: [...CLEAN_U_MAMBA, `tsfm_Mamba_layers.*.mixer.${MAMBA}`],
    sections: () => ({ enhance: { sampleRate: 16_000, level: 'deviation' } }),
  },
  {
    name: 'CleanUMamba with Mamba-2',
    architecture: 'clean-u-mamba',
    summary: 'Speech denoiser, a causal U-Net with Mamba-2 layers',
    keys: [...CLEAN_U_MAMBA, `tsfm_Mamba_layers.*.mixer.${MAMBA2}`],
    sections: () => ({ enhance: { sampleRate: 16_000, level: 'deviation' } }),
  },
  {
    name: 'CleanUMamba with S4',
    architecture: 'clean-u-mamba',
    summary: 'Speech denoiser, a causal U-Net with S4 layers',
    keys: [...CLEAN_U_MAMBA, `tsfm_Mamba_layers.*.mixer.${MAMBA_S4}`],
    sections: () => ({ enhance: { sampleRate: 16_000, level: 'deviation' } }),
  },
  {
    name: 'SEMamba',
    architecture: 'se-mamba',
    summary: 'Speech denoiser that reads magnitude and phase along time and frequency',
    keys: [
      `dense_encoder.{dense_conv_1,dense_conv_2}.${NORMED}`, `{dense_encoder,mask_decoder,phase_decoder}.dense_block.dense_block.*.${NORMED}`,
      `TSMamba.*.{time_mamba,freq_mamba}.{forward_blocks,backward_blocks}.0.mixer.${MAMBA}`, 'TSMamba.*.{time_mamba,freq_mamba}.{forward_blocks,backward_blocks}.0.norm.weight',
      `TSMamba.*.{tlinear,flinear}.${AFFINE}`, `mask_decoder.mask_conv.{0,1,2,4}.${AFFINE}`, 'mask_decoder.mask_conv.3.weight', 'mask_decoder.lsigmoid.slope',
      `phase_decoder.phase_conv.${NORMED}`, `phase_decoder.{phase_conv_r,phase_conv_i}.${AFFINE}`,
    ],
    sections: () => ({ enhance: { sampleRate: 16_000, level: 'rms' } }),
  },
  {
    name: 'SPMamba',
    architecture: 'sp-mamba',
    summary: 'Gives each of two speakers a recording; Mamba blocks along frequency and time, attention between frames',
    keys: [
      `{conv.0,conv.1,deconv}.${AFFINE}`, 'blocks.*.{intra_norm,inter_norm}.{gamma,beta}', `blocks.*.{intra_linear,inter_linear}.${AFFINE}`,
      `blocks.*.{intra_mamba,inter_mamba}.{forward_blocks,backward_blocks}.0.mixer.${MAMBA}`, 'blocks.*.{intra_mamba,inter_mamba}.{forward_blocks,backward_blocks}.0.norm.weight',
      ...['attn_conv_Q_*', 'attn_conv_K_*', 'attn_conv_V_*', 'attn_concat_proj'].map((part) => `blocks.*.${part}.{0.weight,0.bias,1.weight,2.gamma,2.beta}`),
    ],
    sections: (weights) => ({ separate: { sampleRate: spMambaFrame(weights) / FRAME_SECONDS } }),
  },
  {
    name: 'aTENNuate',
    architecture: 'atennuate',
    summary: 'Speech denoiser, a U-Net of diagonal state-space blocks on the waveform',
    keys: [
      `down_ssms.*.0.*.${DIAGONAL}`, `down_ssms.*.0.0.${AFFINE}`, `down_ssms.*.0.2.layer_norm.${AFFINE}`, 'down_ssms.*.1.weight',
      `hid_ssms.*.1.${DIAGONAL}`, `hid_ssms.*.0.${AFFINE}`, `hid_ssms.*.2.layer_norm.${AFFINE}`,
      'up_ssms.*.0.weight', `up_ssms.*.1.*.${DIAGONAL}`, `up_ssms.*.1.0.${AFFINE}`, `up_ssms.*.1.2.layer_norm.${AFFINE}`,
      `last_ssms.*.0.${DIAGONAL}`,
    ],
    sections: () => ({ enhance: { sampleRate: 16_000, level: 'as-is' } }),
  },
  {
    name: 'Vim',
    architecture: 'vim',
    summary: 'Image classifier, Mamba blocks that read the patches both ways',
    keys: ['{cls_token,pos_embed}', `patch_embed.proj.${AFFINE}`, 'layers.*.norm.weight', `layers.*.mixer.${MAMBA}`, `layers.*.mixer.${BACKWARD}`, 'norm_f.weight', `head.${AFFINE}`],
    sections: (weights) => imagenetClasses(vimSide(weights) ?? IMAGENET_SIDE, 0.875, outputsOf(weights, 'head.bias')),
  },
  {
    name: 'VMamba',
    architecture: 'vmamba',
    summary: 'Image classifier, blocks that scan the map along four paths',
    keys: [...VMAMBA_BLOCKS, `classifier.{norm,head}.${AFFINE}`],
    names: withCurrentNames,
    sections: vmambaClasses,
  },
  {
    name: 'VMamba, first release',
    architecture: 'vmamba',
    summary: 'Image classifier, blocks that scan the map along four paths',
    keys: [`patch_embed.{0,2}.${AFFINE}`, `layers.*.blocks.*.norm.${AFFINE}`, `layers.*.blocks.*.op.${SS2D}`, `layers.*.downsample.1.${AFFINE}`, 'layers.*.downsample.2.weight', `classifier.{norm,head}.${AFFINE}`],
    names: withCurrentNames,
    sections: vmambaClasses,
  },
  {
    name: 'LocalVim',
    architecture: 'local-vim',
    summary: 'Image classifier, Mamba blocks that read the patches by rows, columns and windows',
    keys: [
      'pos_embed', `patch_embed.proj.${AFFINE}`, 'layers.*.norm.weight', 'layers.*.mixer.{in_proj.weight,out_proj.weight}', `layers.*.mixer.attn.{norm,global_reduce,channel_select}.${AFFINE}`,
      'layers.*.mixer.{A_log_*,D_*,conv1d_*.weight,conv1d_*.bias,x_proj_*.weight,dt_proj_*.weight,dt_proj_*.bias}', 'norm_f.weight', `head.${AFFINE}`,
    ],
    optional: ['cls_token', 'rope.{freqs_cos,freqs_sin}'],
    sections: (weights) => imagenetClasses(IMAGENET_SIDE, 0.875, outputsOf(weights, 'head.bias')),
  },
  {
    name: 'MambaVision',
    architecture: 'mamba-vision',
    summary: 'Image classifier, convolutions, scans and attention',
    keys: [...MAMBA_VISION_BLOCKS, `norm.${RUNNING}`, `head.${AFFINE}`],
    optional: [MAMBA_VISION_SCALES],
    names: withoutModelPrefix,
    sections: (weights) => {
      const { image, crop } = mambaVisionSize(new Weights(weights));
      return imagenetClasses(image, crop, outputsOf(weights, 'head.bias'));
    },
  },
  {
    name: 'VMamba with UperNet',
    architecture: 'vmamba-upernet',
    summary: 'Names the class of each pixel of a scene; four-way scans',
    keys: [...VMAMBA_BLOCKS.map((key) => `backbone.${key}`), `backbone.outnorm*.${AFFINE}`, ...UPERNET],
    optional: AUXILIARY_HEAD,
    names: withCurrentNames,
    sections: ade20k,
  },
  {
    name: 'MambaVision with UperNet',
    architecture: 'mamba-vision-upernet',
    summary: 'Names the class of each pixel of a scene; convolutions, scans and attention',
    keys: [...MAMBA_VISION_BLOCKS.map((key) => `backbone.${key}`), `backbone.outnorm*.${AFFINE}`, ...UPERNET],
    optional: [...AUXILIARY_HEAD, `backbone.${MAMBA_VISION_SCALES}`],
    sections: ade20k,
  },
  {
    name: 'Vim with UperNet',
    architecture: 'vim-upernet',
    summary: 'Names the class of each pixel of a scene; Mamba blocks that read the patches both ways',
    keys: [
      'backbone.pos_embed', `backbone.{patch_embed.proj,fpn1.0,fpn1.3,fpn2.0}.${AFFINE}`, `backbone.fpn1.1.${RUNNING}`, 'backbone.layers.*.norm.weight',
      `backbone.layers.*.mixer.${MAMBA}`, `backbone.layers.*.mixer.${BACKWARD}`, ...UPERNET,
    ],
    optional: [...AUXILIARY_HEAD, 'backbone.norm_f.weight'],
    sections: (weights) => {
      const side = vimSide(weights, 'backbone.') ?? 512;
      const scene = { ...ade20k(weights).scene!, short: side, window: { side, stride: Math.round((side * 2) / 3) } };
      return { ...ade20k(weights), scene };
    },
  },
  ...SOUND_CLASSIFIERS,
  ...U_NETS,
];

const IMAGENET_SIDE = 224;

/** A classifier trained as is usual on ImageNet: the middle of a picture of which `share` of the shorter side is seen. */
function imagenetClasses(side: number, share: number, classes: number): Sections {
  const input = { kind: 'picture', resize: Math.floor(side / share), crop: side, filter: 'bicubic', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
  return { classify: { input: { ...input, mean: [...input.mean], std: [...input.std] }, labels: classes === 1000 ? 'imagenet-1k' : numbered(classes), scores: 'softmax' } };
}

function outputsOf(weights: WeightMap, bias: string): number {
  return weights.get(bias)?.shape[0] ?? 0;
}

function vmambaClasses(weights: WeightMap): Sections {
  return imagenetClasses(IMAGENET_SIDE, 0.875, outputsOf(weights, 'classifier.head.bias'));
}

/** ADE20K's scenes as MMSegmentation prepares them, in one piece. */
function ade20k(weights: WeightMap): Sections {
  return {
    scene: { long: 2048, short: 512, mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] },
    segment: { kind: 'semantic', classes: sceneLooks(weights.get('decode_head.conv_seg.bias')?.shape[0] ?? 1) },
  };
}

/** Pixel shuffle makes 3 f^2 channels one picture. A picture up to the tile is read as a whole, as the authors do. */
function upscaling(weights: WeightMap): Sections {
  const channels = weights.get('upsample.0.bias')?.shape[0] ?? 0;
  return { upscale: { factor: Math.max(1, Math.round(Math.sqrt(channels / 3))), tile: 256, overlap: 32 } };
}
