#include "ops/operator.h"
#include "ops/state_space_dual/state_space_dual.h"

namespace ssm {
namespace {

Status Compute(const OperatorCall& call, const Parallel& parallel, Isa isa) {
  StateSpaceDualParams params;
  params.batch = call.size['B'];
  params.length = call.size['L'];
  params.heads = call.size['H'];
  params.channels = call.size['P'];
  params.state = call.size['N'];
  params.groups = call.size['G'];
  params.x = call.inputs[0];
  params.dt = call.inputs[1];
  params.A = call.inputs[2];
  params.B = call.inputs[3];
  params.C = call.inputs[4];
  params.D = call.inputs[5];
  params.z = call.inputs[6];
  params.dt_bias = call.inputs[7];
  params.h0 = call.inputs[8];
  params.y = call.outputs[0];
  params.h = call.outputs[1];
  params.dt_softplus = call.attributes[0] != 0;
  params.reverse = call.attributes[1] != 0;
  params.SetContiguous();
  return StateSpaceDual(params, parallel, isa);
}

}  // namespace

const Operator& StateSpaceDualOperator() {
  static const Operator op = {"StateSpaceDual",
                              {{"x", "B L H P"},
                               {"dt", "B L H"},
                               {"A", "H"},
                               {"B", "B L G N | B L N"},
                               {"C", "B L G N | B L N"},
                               {"D", "H", true},
                               {"z", "B L H P", true},
                               {"dt_bias", "H", true},
                               {"h0", "B H P N", true}},
                              {{"y", "B L H P"}, {"h", "B H P N", true}},
                              {{"dt_softplus"}, {"reverse"}},
                              Compute};
  return op;
}

}  // namespace ssm
