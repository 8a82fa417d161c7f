import { useTranslation } from 'react-i18next';

/** Title and advice for an error report in the user's language; `detail` is what the program said, in English. */
export interface ErrorText {
  title: string;
  advice: string;
  detail: string;
}

export function useErrorText(): (report: { code: string; message: string; hint: string }) => ErrorText {
  const { t } = useTranslation('errors');
  return ({ code, message, hint }) => ({
    title: t(`${code}.title`, { defaultValue: message }),
    advice: t(`${code}.advice`, { defaultValue: hint }),
    detail: [message, hint].filter((text) => text !== '').join('. '),
  });
}
