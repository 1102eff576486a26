// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { DeviceStatus, IDevices, RawScores } from "../../src/devices/IDevices.sol";
import { Network } from "../network/Network.sol";

/// @title Devices of the whole network: owners sign by what is written here, not by what the contract says of itself.
abstract contract DevicesFixture is Network {
    bytes32 internal constant TLS_KEY = keccak256("a tls key");
    bytes32 internal constant REGION = "eu-west-1";

    function registration(address holder, uint256 key) internal view returns (IDevices.Registration memory) {
        return IDevices.Registration({
            owner: holder,
            key: key,
            tlsKeyHash: keccak256(abi.encode(TLS_KEY, key)),
            region: REGION,
            deadline: block.timestamp + 60
        });
    }

    /// @dev Registers a device to a new key of the holder with this name.
    function registerNew(string memory name) internal returns (uint32 id) {
        address holder = makeAddr(name);
        return registerTo(name, buyKey(holder));
    }

    function registerTo(string memory name, uint256 key) internal returns (uint32 id) {
        address holder = makeAddr(name);
        IDevices.Registration memory wanted = registration(holder, key);
        bytes memory signature = signDigest(keyOf(name), registrationDigest(wanted, DEVICES.nonces(holder)));
        return DEVICES.register(wanted, signature);
    }

    function drawNow(uint32 id) internal returns (uint32 measurer) {
        vm.roll(block.number + 1);
        DEVICES.draw(id);
        return DEVICES.device(id).measurer;
    }

    function measureAs(uint32 measurer, uint32 id, RawScores memory measured) internal {
        vm.prank(masternode(measurer));
        DEVICES.measure(id, measured);
    }

    function measureNow(uint32 id, RawScores memory measured) internal {
        measureAs(drawNow(id), id, measured);
    }

    /// @dev Orders another measurement as soon as the device's key has waited.
    function orderAs(uint32 masternode_, uint32 id) internal {
        waitForOrder(id);
        vm.prank(masternode(masternode_));
        DEVICES.orderMeasurement(id);
    }

    function waitForOrder(uint32 id) internal {
        uint256 from = DEVICES.nextOrderAt(DEVICES.device(id).key);
        if (from > block.timestamp) passAwake(from);
    }

    function acceptAs(string memory name, uint32 id, RawScores memory accepted) internal {
        uint256 deadline = block.timestamp + 60;
        bytes32 digest = acceptanceDigest(id, accepted, DEVICES.nonces(makeAddr(name)), deadline);
        DEVICES.accept(id, accepted, deadline, signDigest(keyOf(name), digest));
    }

    function retireAs(string memory name, uint32 id) internal {
        uint256 deadline = block.timestamp + 60;
        bytes32 digest = retirementDigest(id, DEVICES.nonces(makeAddr(name)), deadline);
        DEVICES.retire(id, deadline, signDigest(keyOf(name), digest));
    }

    function activeDeviceOf(string memory name) internal returns (uint32 id) {
        id = registerNew(name);
        measureNow(id, scores(10));
        acceptAs(name, id, scores(10));
    }

    function transferKey(address from, address to, uint256 key) internal {
        vm.prank(from);
        KEYS.transferFrom(from, to, key);
    }

    /// @dev Scores that all differ, so that none can stand for another.
    function scores(uint32 base) internal pure returns (RawScores memory) {
        return RawScores(base, base + 1, base + 2, base + 3, base + 4);
    }

    function assertStatus(uint32 id, DeviceStatus expected, string memory what) internal view {
        assertEq(uint256(DEVICES.device(id).status), uint256(expected), what);
        assertEq(DEVICES.isActive(id) ? 1 : 0, expected == DeviceStatus.Active ? 1 : 0, what);
    }

    function assertScores(RawScores memory left, RawScores memory right, string memory what) internal pure {
        assertEq(keccak256(abi.encode(left)), keccak256(abi.encode(right)), what);
    }

    function registrationDigest(IDevices.Registration memory wanted, uint256 nonce)
        internal
        view
        returns (bytes32)
    {
        return digestOf(
            domain(block.chainid, System.DEVICES),
            keccak256(
                abi.encode(
                    keccak256(
                        "Registration(address owner,uint256 key,bytes32 tlsKeyHash,bytes32 region,uint256 nonce,uint256 deadline)"
                    ),
                    wanted.owner,
                    wanted.key,
                    wanted.tlsKeyHash,
                    wanted.region,
                    nonce,
                    wanted.deadline
                )
            )
        );
    }

    function acceptanceDigest(uint32 id, RawScores memory accepted, uint256 nonce, uint256 deadline)
        internal
        view
        returns (bytes32)
    {
        bytes32 typeHash = keccak256(
            "Acceptance(uint32 device,uint32 cpu,uint32 memoryScore,uint32 storageScore,uint32 gpu,uint32 isp,uint256 nonce,uint256 deadline)"
        );
        return digestOf(
            domain(block.chainid, System.DEVICES),
            keccak256(abi.encode(typeHash, id, accepted, nonce, deadline))
        );
    }

    function retirementDigest(uint32 id, uint256 nonce, uint256 deadline) internal view returns (bytes32) {
        bytes32 typeHash = keccak256("Retirement(uint32 device,uint256 nonce,uint256 deadline)");
        return digestOf(
            domain(block.chainid, System.DEVICES), keccak256(abi.encode(typeHash, id, nonce, deadline))
        );
    }

    function domain(uint256 chain, address verifier) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("NexQloud Devices"),
                keccak256("1"),
                chain,
                verifier
            )
        );
    }

    function digestOf(bytes32 separator, bytes32 fields) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator, fields));
    }
}
