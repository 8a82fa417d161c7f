#include "ops/operator.h"
#include "ops/selective_scan_2d/selective_scan_2d.h"

namespace ssm {
namespace {

Status Compute(const OperatorCall& call, const Parallel& parallel, Isa isa) {
  SelectiveScan2dParams params;
  params.batch = call.size['B'];
  params.height = call.size['H'];
  params.width = call.size['W'];
  params.channels = call.size['D'];
  params.state = call.size['N'];
  params.groups = call.size['G'];
  params.u = call.inputs[0];
  params.delta = call.inputs[1];
  params.A = call.inputs[2];
  params.B = call.inputs[3];
  params.C = call.inputs[4];
  params.D = call.inputs[5];
  params.delta_bias = call.inputs[6];
  params.y = call.outputs[0];
  params.delta_softplus = call.attributes[0] != 0;
  return SelectiveScan2d(params, parallel, isa);
}

}  // namespace

const Operator& SelectiveScan2dOperator() {
  static const Operator op = {"SelectiveScan2d",
                              {{"u", "B H W D"},
                               {"delta", "B 4 H W D"},
                               {"A", "4 D N"},
                               {"B", "B 4 H W G N | B 4 H W N"},
                               {"C", "B 4 H W G N | B 4 H W N"},
                               {"D", "4 D", true},
                               {"delta_bias", "4 D", true}},
                              {{"y", "B H W D"}},
                              {{"delta_softplus"}},
                              Compute};
  return op;
}

}  // namespace ssm
