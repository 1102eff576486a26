// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { RawScores } from "./IDevices.sol";

/// @title What counts of a device's scores.
library ScoreRule {
    /// @notice What counts falls as far as two measurements in a row agree that it is lower: to the larger of the two.
    function lowered(RawScores memory counted, RawScores memory before, RawScores calldata now_)
        internal
        pure
        returns (RawScores memory)
    {
        return RawScores({
            cpu: _lowered(counted.cpu, before.cpu, now_.cpu),
            memoryScore: _lowered(counted.memoryScore, before.memoryScore, now_.memoryScore),
            storageScore: _lowered(counted.storageScore, before.storageScore, now_.storageScore),
            gpu: _lowered(counted.gpu, before.gpu, now_.gpu),
            isp: _lowered(counted.isp, before.isp, now_.isp)
        });
    }

    function _lowered(uint32 counted, uint32 before, uint32 now_) private pure returns (uint32) {
        return uint32(Math.min(counted, Math.max(before, now_)));
    }
}
