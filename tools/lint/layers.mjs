/** placeholder */
export const layerConfigs = [];
