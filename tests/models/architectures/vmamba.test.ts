import { buildVMamba, buildVMambaUperNet } from '../../../models/architectures/vmamba';
import { readGoldens, testGoldens } from '../../support/vision-golden';

testGoldens(readGoldens('vmamba'), (name) => (name === 'segmenter' ? buildVMambaUperNet : buildVMamba));
