import { buildMambaVision, buildMambaVisionUperNet } from '../../../models/architectures/mamba-vision';
import { readGoldens, testGoldens } from '../../support/vision-golden';

testGoldens(readGoldens('mamba-vision'), (name) => (name === 'segmenter' ? buildMambaVisionUperNet : buildMambaVision));
