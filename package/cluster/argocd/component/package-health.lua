-- The health of a Configuration or Function for Argo CD. Its own script calls one Healthy that nobody has looked at yet, and looks
-- at no version: https://github.com/argoproj/argo-cd/blob/v3.5.0/resource_customizations/_.crossplane.io/_/health.lua
local status = obj.status or {}
local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

-- A condition tells of the spec that it was written for.
local function isCurrent(condition)
  return condition ~= nil
    and (condition.observedGeneration == nil or condition.observedGeneration >= obj.metadata.generation)
end

if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "being deleted" }
end
for _, type in ipairs({ "Installed", "Healthy" }) do
  local condition = conditions[type]
  if not isCurrent(condition) or status.currentIdentifier ~= obj.spec.package then
    return { status = "Progressing", message = "waiting for Crossplane" }
  end
  -- What is being unpacked or started is False too, and no alarm: the Application is not healthy either way.
  if condition.status ~= "True" then
    return { status = "Progressing", message = condition.message or "" }
  end
end
return { status = "Healthy", message = obj.spec.package }
