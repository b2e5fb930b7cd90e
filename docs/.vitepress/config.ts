// VitePress looks for its settings here.
import { site } from '../../package/site/config.ts';

export default site;
