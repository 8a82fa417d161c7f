import { buildLocalVim } from '../../../models/architectures/local-vim';
import { readGoldens, testGoldens } from '../../support/vision-golden';

testGoldens(readGoldens('local-vim'), () => buildLocalVim);
