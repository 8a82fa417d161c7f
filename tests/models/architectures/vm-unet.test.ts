import { buildUltraLightVmUnet } from '../../../models/architectures/ultralight-vm-unet';
import { buildVmUnet } from '../../../models/architectures/vm-unet';
import { readGoldens, testGoldens } from '../../support/vision-golden';

testGoldens(readGoldens('vm_unet'), (name) => (name.startsWith('UltraLight') ? buildUltraLightVmUnet : buildVmUnet));
