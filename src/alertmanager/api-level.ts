/** The version of Alertmanager whose API is spoken here: clients choose by it what they may send. */
export const API_LEVEL = '0.33.1';
