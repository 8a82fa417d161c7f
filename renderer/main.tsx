import './styles/global.css';
import '@mantine/core/styles.layer.css';
import './styles/tokens.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { reportWindowErrors } from './app/report-errors';
import { rememberedLanguage } from './app/use-language';
import { chooseBridge } from './bridge/choose';
import { startTexts } from './i18n/setup';
import { createStudio } from './stores/studio';

const bridge = await chooseBridge();
const studio = createStudio(bridge, { local: localStorage, session: sessionStorage }, location.hash);
reportWindowErrors(bridge);
await startTexts(rememberedLanguage());
createRoot(document.getElementById('root')!).render(<App studio={studio} />);
